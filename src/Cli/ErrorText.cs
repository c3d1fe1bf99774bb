using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Cli.Commands;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Cli;

/// <summary>The messages of the engine's errors. The engine names no option; the recommended actions here do.</summary>
internal static class ErrorText
{
    // Commands name their option for the symbol map differently.
    private static readonly string[] SymbolMapOptions = ["symbol-map", "symbol-file-path"];

    /// <summary>Returns the message of an error: the thing, the cause and the recommended action.</summary>
    /// <param name="error">The error.</param>
    /// <param name="command">The command that failed; null if it is not known yet.</param>
    public static string Of(KernelMagnifierException error, Command? command)
    {
        if (error is RequestException request && RecordOptions.OptionOf(request.Property) is { } requested)
            return $"{requested}: {error.Message}";
        if (ActionFor(error.Code, command) is not { } action) return error.Message;
        return $"{(error.Target is null ? "" : $"{error.Target}: ")}{error.Cause} {action}";
    }

    /// <summary>Returns the recommended action in terms of the command's options; null to use the engine's.</summary>
    private static string? ActionFor(ErrorCode code, Command? command) => code switch
    {
        ErrorCode.OutputExists when command is TableCommand => "Use --force to replace it, or choose another name.",
        ErrorCode.OutputExists => "Omit --no-clobber to replace it, or choose another name.",
        ErrorCode.NeedsSymbolMap when SymbolMapOption(command) is { } option => $"Give one with {option} {option.Value}.",
        ErrorCode.SymbolMapNotFound => "Name an existing one, or create it: kernel-magnifier generate-symbol-map",
        _ => null,
    };

    private static CliOption? SymbolMapOption(Command? command)
        => command?.Options.FirstOrDefault(option => SymbolMapOptions.Contains(option.Name));
}

namespace KernelMagnifier.Cli;

/// <summary>Ends a command with a message for the user and an exit code.</summary>
internal sealed class CliException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>See <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The command line is wrong; the message says what and how it is right.</summary>
    public static CliException Usage(string message) => new(Cli.ExitCode.Usage, message);
}

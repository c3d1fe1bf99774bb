namespace KernelMagnifier.Cli;

/// <summary>Ends a command with a message for the user and an exit code.</summary>
internal sealed class CliException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code of the process, one of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>Creates the error of a wrong command line. The message names the mistake and the correct form.</summary>
    public static CliException Usage(string message) => new(Cli.ExitCode.Usage, message);
}

namespace KernelMagnifier.Cli;

/// <summary>What the process tells its parent. Documented in docs/cli.md: scripts rely on it.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The input cannot be read, or is no recording.</summary>
    public const int BadInput = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 2;

    /// <summary>The output cannot be written or drawn: disk full, no permission, Graphviz missing.</summary>
    public const int BadOutput = 3;

    /// <summary>This machine does not let itself be recorded: not root, no tracefs, locked down.</summary>
    public const int BadHost = 4;

    /// <summary>A defect of this program.</summary>
    public const int Defect = 70;

    /// <summary>Ended by a signal: 128 and its number, as shells count.</summary>
    public const int Signal = 128;

    /// <summary>The exit code of an error of the engine.</summary>
    public static int Of(ErrorCode code) => code switch
    {
        ErrorCode.OutputExists or ErrorCode.OutputNotWritable or ErrorCode.OutputNotSafe or ErrorCode.DiskFull or ErrorCode.FormatUnknown or ErrorCode.ToolNotFound
            or ErrorCode.ToolFailed or ErrorCode.PageNotBuilt or ErrorCode.FunctionNotFound or ErrorCode.PathNotFound or ErrorCode.NoDurations or ErrorCode.MixedInput
            or ErrorCode.ValueOutOfRange => BadOutput,
        _ => BadInput,
    };
}

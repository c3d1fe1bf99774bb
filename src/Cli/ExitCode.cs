namespace KernelMagnifier.Cli;

/// <summary>The exit codes of the process. Scripts rely on them; docs/cli.md documents them.</summary>
internal static class ExitCode
{
    /// <summary>Success.</summary>
    public const int Ok = 0;

    /// <summary>An input cannot be read, is of another format, or contains nothing to show.</summary>
    public const int BadInput = 1;

    /// <summary>The command line is wrong, or requests something that this machine or recording does not have.</summary>
    public const int Usage = 2;

    /// <summary>
    /// The output cannot be written or drawn: disk full, no permission, Graphviz missing. Also that of a recording which a full
    /// disk or another error cut short.
    /// </summary>
    public const int BadOutput = 3;

    /// <summary>This machine does not allow recording: not root, no tracefs, kernel locked down, tracer in use.</summary>
    public const int BadHost = 4;

    /// <summary>An assertion does not hold.</summary>
    public const int AssertionFailed = 5;

    /// <summary>No assertion is broken, but the data cannot carry one of them.</summary>
    public const int AssertionUndecided = 6;

    /// <summary>A probe, or what was asked of it, is not allowed: not approved, refused by the policy, or in an unsafe
    /// library.</summary>
    public const int Refused = 7;

    /// <summary>A defect of this program.</summary>
    public const int Defect = 70;

    /// <summary>
    /// Added to the number of the signal that ended the process, or the command that it recorded, as shells do. Ctrl-C is a usual
    /// way to end a recording, so that of a recording is <see cref="Ok"/> then.
    /// </summary>
    public const int Signal = 128;

    /// <summary>Returns the exit code for an error of the engine.</summary>
    public static int Of(ErrorCode code) => code switch
    {
        ErrorCode.NeedsSymbolMap or ErrorCode.NotForEdges or ErrorCode.FormatUnknown or ErrorCode.ValueOutOfRange
            or ErrorCode.UnknownFunction or ErrorCode.UnknownModule or ErrorCode.UnknownEvent or ErrorCode.UnknownPreset
            or ErrorCode.NothingToRecord
            or ErrorCode.BadFilter or ErrorCode.BadTrigger or ErrorCode.BadSetting or ErrorCode.BadRequest
            or ErrorCode.NoSuchProcess or ErrorCode.NoSuchCpu or ErrorCode.CommandNotFound or ErrorCode.TaskNotFound
            or ErrorCode.TaskAmbiguous or ErrorCode.ProbeParameter => Usage,
        ErrorCode.OutputExists or ErrorCode.OutputNotWritable or ErrorCode.OutputNotSafe or ErrorCode.DiskFull
            or ErrorCode.ToolNotFound or ErrorCode.ToolFailed or ErrorCode.PageNotBuilt
            or ErrorCode.RecordingFailed or ErrorCode.ProbeExists or ErrorCode.SigningFailed
            or ErrorCode.ScheduleExists => BadOutput,
        ErrorCode.NotRoot or ErrorCode.NoTraceFs or ErrorCode.KernelLockedDown or ErrorCode.TracerNotBuiltIn
            or ErrorCode.TracerInUse or ErrorCode.CpuOffline or ErrorCode.BufferTooLarge or ErrorCode.ProbeBusy
            or ErrorCode.ProbeFailed or ErrorCode.MeasurementBusy or ErrorCode.MeasurementOverBudget or ErrorCode.SchedulerFailed
            or ErrorCode.HostFailed or ErrorCode.CopyFailed
            => BadHost,
        ErrorCode.ProbeNotApproved or ErrorCode.ProbeRefused or ErrorCode.ProbeLibraryNotSafe or ErrorCode.ProbePolicyUnreadable
            or ErrorCode.SignatureRefused or ErrorCode.AuditNotWritable => Refused,
        _ => BadInput,
    };
}

using System.Management.Automation;

namespace KernelMagnifier.Cmdlets;

/// <summary>The PowerShell categories of the engine's error codes.</summary>
internal static class ErrorCategories
{
    /// <summary>The category of an error.</summary>
    public static ErrorCategory Of(ErrorCode code) => code switch
    {
        ErrorCode.TraceNotFound or ErrorCode.BaselineNotFound or ErrorCode.WorkloadNotFound or ErrorCode.SymbolMapNotFound
            or ErrorCode.DebugInformationNotFound or ErrorCode.InstanceNotFound or ErrorCode.FunctionNotFound
            or ErrorCode.PathNotFound or ErrorCode.UnknownFunction or ErrorCode.UnknownModule
            or ErrorCode.UnknownEvent or ErrorCode.UnknownPreset or ErrorCode.TaskNotFound
            or ErrorCode.NoSuchProcess or ErrorCode.CommandNotFound or ErrorCode.NoSuchCpu or ErrorCode.ProbeNotFound
            or ErrorCode.LogNotFound or ErrorCode.ScheduleNotFound or ErrorCode.IncidentNotFound
            or ErrorCode.TableNotFound
            => ErrorCategory.ObjectNotFound,
        ErrorCode.TraceNotPermitted or ErrorCode.BaselineNotPermitted or ErrorCode.WorkloadNotPermitted or ErrorCode.SymbolMapNotPermitted
            or ErrorCode.DebugInformationNotPermitted or ErrorCode.NotRoot or ErrorCode.KernelLockedDown or ErrorCode.ProbeNotApproved
            or ErrorCode.ProbeRefused or ErrorCode.QueryRefused => ErrorCategory.PermissionDenied,
        ErrorCode.TraceUnreadable or ErrorCode.BaselineUnreadable or ErrorCode.WorkloadUnreadable or ErrorCode.SymbolMapUnreadable
            or ErrorCode.DebugInformationUnreadable or ErrorCode.BuildIdMismatch or ErrorCode.KernelReleaseMismatch
            or ErrorCode.NoDurations or ErrorCode.EventsNotRecorded or ErrorCode.ProbeUnreadable or ErrorCode.ProbePolicyUnreadable
            or ErrorCode.ProbeOutputUnreadable or ErrorCode.AuditUnreadable or ErrorCode.KernelUnreadable
            or ErrorCode.LogUnreadable or ErrorCode.ScheduleUnreadable or ErrorCode.IncidentUnreadable
            or ErrorCode.TableUnreadable
                => ErrorCategory.InvalidData,
        ErrorCode.NoTraceFs or ErrorCode.TracerNotBuiltIn or ErrorCode.ToolNotFound or ErrorCode.PageNotBuilt
            => ErrorCategory.NotInstalled,
        ErrorCode.TracerInUse or ErrorCode.ProbeBusy or ErrorCode.MeasurementBusy => ErrorCategory.ResourceBusy,
        ErrorCode.CpuOffline or ErrorCode.BufferTooLarge or ErrorCode.DiskFull or ErrorCode.MeasurementOverBudget
            or ErrorCode.QueryTooLarge => ErrorCategory.ResourceUnavailable,
        ErrorCode.OutputNotWritable or ErrorCode.TemporaryFileNotWritten or ErrorCode.AuditNotWritable
            => ErrorCategory.WriteError,
        ErrorCode.OutputExists or ErrorCode.ProbeExists or ErrorCode.ScheduleExists => ErrorCategory.ResourceExists,
        ErrorCode.OutputNotSafe or ErrorCode.ProbeLibraryNotSafe or ErrorCode.SignatureRefused => ErrorCategory.SecurityError,
        ErrorCode.RecordingFailed or ErrorCode.ToolFailed or ErrorCode.ProbeFailed or ErrorCode.SigningFailed
            or ErrorCode.SchedulerFailed or ErrorCode.CopyFailed
            => ErrorCategory.OperationStopped,
        ErrorCode.HostFailed => ErrorCategory.ConnectionError,
        ErrorCode.QueryTimedOut => ErrorCategory.OperationTimeout,
        ErrorCode.NotForEdges => ErrorCategory.InvalidOperation,
        ErrorCode.MixedInput => ErrorCategory.InvalidType,
        _ => ErrorCategory.InvalidArgument,
    };
}

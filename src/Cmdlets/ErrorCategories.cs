using System.Management.Automation;

namespace KernelMagnifier.Cmdlets;

/// <summary>The PowerShell categories of the engine's error codes.</summary>
internal static class ErrorCategories
{
    /// <summary>The category of an error.</summary>
    public static ErrorCategory Of(ErrorCode code) => code switch
    {
        ErrorCode.TraceNotFound or ErrorCode.BaselineNotFound or ErrorCode.SymbolMapNotFound
            or ErrorCode.DebugInformationNotFound or ErrorCode.InstanceNotFound or ErrorCode.FunctionNotFound
            or ErrorCode.PathNotFound or ErrorCode.UnknownFunction or ErrorCode.UnknownModule
            or ErrorCode.UnknownEvent or ErrorCode.UnknownPreset or ErrorCode.TaskNotFound
            or ErrorCode.NoSuchProcess or ErrorCode.CommandNotFound or ErrorCode.NoSuchCpu
            => ErrorCategory.ObjectNotFound,
        ErrorCode.TraceNotPermitted or ErrorCode.BaselineNotPermitted or ErrorCode.SymbolMapNotPermitted
            or ErrorCode.DebugInformationNotPermitted or ErrorCode.NotRoot or ErrorCode.KernelLockedDown => ErrorCategory.PermissionDenied,
        ErrorCode.TraceUnreadable or ErrorCode.BaselineUnreadable or ErrorCode.SymbolMapUnreadable
            or ErrorCode.DebugInformationUnreadable or ErrorCode.BuildIdMismatch or ErrorCode.KernelReleaseMismatch
            or ErrorCode.NoDurations or ErrorCode.EventsNotRecorded => ErrorCategory.InvalidData,
        ErrorCode.NoTraceFs or ErrorCode.TracerNotBuiltIn or ErrorCode.ToolNotFound or ErrorCode.PageNotBuilt
            => ErrorCategory.NotInstalled,
        ErrorCode.TracerInUse => ErrorCategory.ResourceBusy,
        ErrorCode.CpuOffline or ErrorCode.BufferTooLarge or ErrorCode.DiskFull => ErrorCategory.ResourceUnavailable,
        ErrorCode.OutputNotWritable or ErrorCode.TemporaryFileNotWritten => ErrorCategory.WriteError,
        ErrorCode.OutputExists => ErrorCategory.ResourceExists,
        ErrorCode.OutputNotSafe => ErrorCategory.SecurityError,
        ErrorCode.RecordingFailed or ErrorCode.ToolFailed => ErrorCategory.OperationStopped,
        ErrorCode.NotForEdges => ErrorCategory.InvalidOperation,
        ErrorCode.MixedInput => ErrorCategory.InvalidType,
        _ => ErrorCategory.InvalidArgument,
    };
}

namespace KernelMagnifier.Recording;

/// <summary>Why a recording could not be made; stable, for scripts to tell one from another.</summary>
public enum RecordingError
{
    /// <summary>Tracing is root's.</summary>
    NotRoot,

    /// <summary>No tracefs is mounted, or the kernel has none.</summary>
    NoTraceFs,

    /// <summary>The kernel is locked down and hands out no traces, not even to root.</summary>
    KernelLockedDown,

    /// <summary>The kernel was built without the tracer asked for.</summary>
    TracerNotBuiltIn,

    /// <summary>Somebody else is using the one tracer that cannot be shared.</summary>
    TracerInUse,

    /// <summary>No function of that name can be traced.</summary>
    UnknownFunction,

    /// <summary>No such module is loaded.</summary>
    UnknownModule,

    /// <summary>No event of that name exists.</summary>
    UnknownEvent,

    /// <summary>No function is left after all filters.</summary>
    NothingToRecord,

    /// <summary>The kernel refused an event filter.</summary>
    BadFilter,

    /// <summary>The kernel refused or lacks a setting.</summary>
    BadSetting,

    /// <summary>The request contradicts itself or holds an impossible value.</summary>
    BadRequest,

    /// <summary>No task of that pid.</summary>
    NoSuchProcess,

    /// <summary>The command to record is not there or cannot be run.</summary>
    CommandNotFound,

    /// <summary>A CPU asked for is switched off.</summary>
    CpuOffline,

    /// <summary>A CPU asked for is not in this machine.</summary>
    NoSuchCpu,

    /// <summary>The output cannot be created.</summary>
    OutputNotWritable,

    /// <summary>The output would be written through a symbolic link that somebody else may have planted.</summary>
    OutputNotSafe,

    /// <summary>Too little space is free where the output goes.</summary>
    DiskFull,

    /// <summary>The kernel has no memory for a buffer of that size.</summary>
    BufferTooLarge,

    /// <summary>Reading the trace or writing the file failed in the middle.</summary>
    Failed,
}

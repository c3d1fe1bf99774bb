namespace KernelMagnifier;

/// <summary>
/// The reason of a <see cref="KernelMagnifierException"/>. The names are stable: they are the error ids of the cmdlets.
/// </summary>
public enum ErrorCode
{
    /// <summary>The recording does not exist.</summary>
    TraceNotFound,

    /// <summary>The permissions of the recording do not allow it to be read.</summary>
    TraceNotPermitted,

    /// <summary>The file is not a recording, or it is damaged before its first event.</summary>
    TraceUnreadable,

    /// <summary>The recording has no buffer instance of that name.</summary>
    InstanceNotFound,

    /// <summary>The temporary directory has no room for the decompressed recording.</summary>
    TemporaryFileNotWritten,

    /// <summary>The symbol map does not exist.</summary>
    SymbolMapNotFound,

    /// <summary>The permissions of the symbol map do not allow it to be read.</summary>
    SymbolMapNotPermitted,

    /// <summary>The file is not a symbol map.</summary>
    SymbolMapUnreadable,

    /// <summary>The kernel image, module or debug file does not exist, or the kernel has no debug information here.</summary>
    DebugInformationNotFound,

    /// <summary>The permissions of the debug file do not allow it to be read.</summary>
    DebugInformationNotPermitted,

    /// <summary>The file is not an ELF file of a 64-bit Linux kernel with debug information, or it is damaged.</summary>
    DebugInformationUnreadable,

    /// <summary>The debug file belongs to another build of the kernel.</summary>
    BuildIdMismatch,

    /// <summary>The filter needs source files, and no symbol map provides them.</summary>
    NeedsSymbolMap,

    /// <summary>The filter or grouping needs a value that edges do not hold, such as a CPU, a task or a time.</summary>
    NotForEdges,

    /// <summary>The output file exists and was not to be replaced.</summary>
    OutputExists,

    /// <summary>The output cannot be created or written.</summary>
    OutputNotWritable,

    /// <summary>The output would be written through a symbolic link of another user.</summary>
    OutputNotSafe,

    /// <summary>Too little space is free on the file system of the output.</summary>
    DiskFull,

    /// <summary>The extension of the output names no known format.</summary>
    FormatUnknown,

    /// <summary>A program that the operation needs is not installed or cannot be started.</summary>
    ToolNotFound,

    /// <summary>A program that the operation needs failed or exceeded its time limit.</summary>
    ToolFailed,

    /// <summary>No function of that name is among the calls.</summary>
    FunctionNotFound,

    /// <summary>No path of calls leads from one function to the other.</summary>
    PathNotFound,

    /// <summary>The calls have no durations, so time cannot be shown.</summary>
    NoDurations,

    /// <summary>The input mixes kinds of objects that cannot be shown together.</summary>
    MixedInput,

    /// <summary>This build was made without the page of .html graphs.</summary>
    PageNotBuilt,

    /// <summary>A value is outside the range that is allowed for it.</summary>
    ValueOutOfRange,

    /// <summary>Tracing needs root.</summary>
    NotRoot,

    /// <summary>No tracefs is mounted, or the kernel has none.</summary>
    NoTraceFs,

    /// <summary>The kernel is locked down and does not provide traces, not even to root.</summary>
    KernelLockedDown,

    /// <summary>The kernel was built without the requested tracer.</summary>
    TracerNotBuiltIn,

    /// <summary>The tracer, or a buffer of it, is in use by another program.</summary>
    TracerInUse,

    /// <summary>No function of that name can be traced.</summary>
    UnknownFunction,

    /// <summary>No module of that name is loaded.</summary>
    UnknownModule,

    /// <summary>The kernel has no event of that name.</summary>
    UnknownEvent,

    /// <summary>No function passes all filters.</summary>
    NothingToRecord,

    /// <summary>The kernel refused an event filter.</summary>
    BadFilter,

    /// <summary>The kernel refused or lacks a setting.</summary>
    BadSetting,

    /// <summary>The request contradicts itself or holds an impossible value.</summary>
    BadRequest,

    /// <summary>No process has that pid.</summary>
    NoSuchProcess,

    /// <summary>The command to record does not exist or cannot be run.</summary>
    CommandNotFound,

    /// <summary>A requested CPU is offline.</summary>
    CpuOffline,

    /// <summary>A requested CPU is not in this machine.</summary>
    NoSuchCpu,

    /// <summary>The kernel has no memory for a buffer of that size.</summary>
    BufferTooLarge,

    /// <summary>Reading the trace or writing the file failed during the recording.</summary>
    RecordingFailed,

    /// <summary>The debug file belongs to a kernel of another release.</summary>
    KernelReleaseMismatch,

    /// <summary>There is no preset of events of that name.</summary>
    UnknownPreset,

    /// <summary>The kernel refused a trigger of an event.</summary>
    BadTrigger,

    /// <summary>No task of that pid or name is in the recording, or in the time range.</summary>
    TaskNotFound,

    /// <summary>Several tasks have the name, and one is needed.</summary>
    TaskAmbiguous,

    /// <summary>The recording does not have the events that the answer needs.</summary>
    EventsNotRecorded,

    /// <summary>The baseline does not exist.</summary>
    BaselineNotFound,

    /// <summary>The permissions of the baseline do not allow it to be read.</summary>
    BaselineNotPermitted,

    /// <summary>The file is not a baseline, or it is damaged.</summary>
    BaselineUnreadable,

    /// <summary>The file of a workload does not exist.</summary>
    WorkloadNotFound,

    /// <summary>The permissions of the file of a workload do not allow it to be read.</summary>
    WorkloadNotPermitted,

    /// <summary>The file is not a workload, or it is damaged.</summary>
    WorkloadUnreadable,

    /// <summary>There is nothing to export: no task of the workload has steps, or none has block requests.</summary>
    NothingToRun,

    /// <summary>The library of probes, or the probe, does not exist.</summary>
    ProbeNotFound,

    /// <summary>The manifest or the program of a probe cannot be read, or breaks the rules of a library.</summary>
    ProbeUnreadable,

    /// <summary>A probe of that name exists.</summary>
    ProbeExists,

    /// <summary>Others than the owner or root can change a library of probes, or what it depends on.</summary>
    ProbeLibraryNotSafe,

    /// <summary>The policy cannot be read, or others than root can change it.</summary>
    ProbePolicyUnreadable,

    /// <summary>The probe is not approved as it is.</summary>
    ProbeNotApproved,

    /// <summary>The policy does not allow the request.</summary>
    ProbeRefused,

    /// <summary>A parameter of a probe is missing, unknown, or has a value that its manifest does not allow.</summary>
    ProbeParameter,

    /// <summary>The probe runs on this machine already.</summary>
    ProbeBusy,

    /// <summary>bpftrace refused the program or failed.</summary>
    ProbeFailed,

    /// <summary>The stored output is not that of a probe.</summary>
    ProbeOutputUnreadable,

    /// <summary>A signature cannot be made.</summary>
    SigningFailed,

    /// <summary>A signature is not valid for what it is on.</summary>
    SignatureRefused,

    /// <summary>The audit log cannot be written, so nothing runs.</summary>
    AuditNotWritable,

    /// <summary>The audit log does not exist or cannot be read.</summary>
    AuditUnreadable,

    /// <summary>The description of a kernel cannot be read.</summary>
    KernelUnreadable,

    /// <summary>Other measurements or recordings kept the machine for too long.</summary>
    MeasurementBusy,

    /// <summary>A measurement needed more CPU time or memory than it may.</summary>
    MeasurementOverBudget,

    /// <summary>The schedule does not exist.</summary>
    ScheduleNotFound,

    /// <summary>A schedule of that name exists.</summary>
    ScheduleExists,

    /// <summary>The scheduler, systemd or cron, refused.</summary>
    SchedulerFailed,

    /// <summary>The definition of a schedule cannot be read.</summary>
    ScheduleUnreadable,

    /// <summary>The log of measurements does not exist.</summary>
    LogNotFound,

    /// <summary>The log of measurements cannot be read.</summary>
    LogUnreadable,

    /// <summary>The incident file does not exist.</summary>
    IncidentNotFound,

    /// <summary>The file is not an incident file, or it is damaged or changed.</summary>
    IncidentUnreadable,

    /// <summary>Another host cannot be reached, ended the connection, or cannot do what is asked.</summary>
    HostFailed,

    /// <summary>The content of a copy differs from that of the original.</summary>
    CopyFailed,

    /// <summary>The dataset of tables does not exist.</summary>
    TableNotFound,

    /// <summary>The file is not a table of this product, or it is damaged.</summary>
    TableUnreadable,

    /// <summary>The dataset has several tables, and one is needed.</summary>
    TableAmbiguous,

    /// <summary>The query does more than read the tables of the dataset.</summary>
    QueryRefused,

    /// <summary>The query is not valid, or failed.</summary>
    QueryFailed,

    /// <summary>The query needs more memory than it may use.</summary>
    QueryTooLarge,

    /// <summary>The query took longer than it may.</summary>
    QueryTimedOut,
}

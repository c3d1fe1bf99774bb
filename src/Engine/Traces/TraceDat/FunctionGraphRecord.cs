namespace KernelMagnifier.Traces.TraceDat;

/// <summary>A decoded record, before entries and exits of the function_graph tracer are paired to calls.</summary>
internal struct FunctionGraphRecord
{
    /// <summary>The converted time stamp.</summary>
    public ulong Time;

    /// <summary>Exits only: <c>calltime</c> and <c>rettime</c>, by the tracer's own clock.</summary>
    public ulong CallTime, ReturnTime;

    /// <summary>Losses only: the number of events; 0 or less when unknown.</summary>
    public long Lost;

    public int Function;

    /// <summary>The caller, where the record has one; else 0.</summary>
    public int Caller;

    public int Pid;
    public int Task;

    /// <summary>The nesting depth; -1 where the record has none.</summary>
    public int Depth;

    public FunctionGraphRecordKind Kind;
    public ExecutionContext Context;
}

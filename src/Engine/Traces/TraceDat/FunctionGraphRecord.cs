namespace KernelMagnifier.Traces.TraceDat;

/// <summary>A record of the function_graph tracer, decoded, before calls are made of entries and exits.</summary>
internal struct FunctionGraphRecord
{
    public ulong Time;

    /// <summary>Of an exit: when the function was entered and when it returned, by the tracer's own clock.</summary>
    public ulong CallTime, ReturnTime;

    /// <summary>Of a loss: how many events; 0 or less when not known.</summary>
    public long Lost;

    public int Function;

    /// <summary>Where the record itself tells it; else 0.</summary>
    public int Caller;

    public int Pid;
    public int Task;
    public int Depth;
    public FunctionGraphKind Kind;
    public ExecutionContext Context;
}

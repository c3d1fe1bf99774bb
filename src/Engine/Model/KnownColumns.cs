using static KernelMagnifier.Model.CallColumns;

namespace KernelMagnifier.Model;

/// <summary>Tells what is known of calls, so that a table shows no empty columns.</summary>
internal static class KnownColumns
{
    /// <summary>Returns the columns that are known in some of the calls.</summary>
    public static CallColumns In(TraceContext context, ReadOnlySpan<CallRecord> calls)
    {
        var tasks = context.Names.Tasks;
        var known = None;
        foreach (ref readonly var call in calls)
        {
            if (call.Time != CallRecord.NoTime) known |= Time;
            if (call.Cpu >= 0) known |= Cpu;
            if (call.Context != ExecutionContext.Unknown) known |= Context;
            if (call.Caller != 0) known |= Caller;
            if (call.Depth != CallRecord.NoDepth) known |= Depth;
            if (call.Duration != CallRecord.NoDuration) known |= Duration;
            if ((known & Comm) == 0 && tasks[call.Task] is { ProcessId: >= 0, Comm.Length: > 0 }) known |= Comm;
        }
        return known;
    }
}

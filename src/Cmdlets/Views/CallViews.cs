using KernelMagnifier.Model;
using static KernelMagnifier.Model.CallColumns;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>Chooses the view of calls by what is known of them.</summary>
internal static class CallViews
{
    // From the most columns to the fewest. A call gets the first set that is known in full.
    private static readonly CallColumns[] Sets =
    [
        Time | Cpu | Comm | Context | Depth | Duration,
        Time | Cpu | Comm | Depth | Duration,
        Time | Comm | Depth | Duration,
        Time | Cpu | Caller | Depth | Duration,
        Cpu | Comm | Caller | Depth | Duration,
        Time | Caller | Depth | Duration,
        Comm | Caller | Depth | Duration,
        Cpu | Caller | Depth | Duration,
        Caller | Depth | Duration,
        Time | Cpu | Depth | Duration,
        Cpu | Comm | Depth | Duration,
        Time | Depth | Duration,
        Comm | Depth | Duration,
        Cpu | Depth | Duration,
        Depth | Duration,
        Time | Cpu | Comm | Depth,
        Cpu | Comm | Caller | Depth,
        Comm | Caller | Depth,
        Cpu | Caller | Depth,
        Caller | Depth,
        Depth,
        FunctionTracer,
        Time | Cpu | Comm | Context,
        Time | Cpu | Comm | Caller,
        Time | Cpu | Comm,
        Time | Cpu | Caller,
        Time | Comm | Caller,
        Cpu | Comm | Caller,
        Time | Caller,
        Comm | Caller,
        Cpu | Caller,
        Caller,
        Time,
        Comm,
        None,
    ];

    /// <summary>Returns the columns of the view for calls of which these columns are known.</summary>
    public static CallColumns ViewFor(CallColumns known) => Array.Find(Sets, set => (set & ~known) == 0);

    /// <summary>Creates a call.</summary>
    /// <param name="columns">The columns of the view, from <see cref="ViewFor"/>.</param>
    /// <param name="context">The recording and the names that the record refers to.</param>
    /// <param name="record">The record, which is copied.</param>
    public static CallEvent Create(CallColumns columns, TraceContext context, in CallRecord record) => columns switch
    {
        Time | Cpu | Comm | Context | Depth | Duration =>
            new CallView.TimeCpuCommContextDepthDurationView(columns, context, in record),
        Time | Cpu | Comm | Depth | Duration =>
            new CallView.TimeCpuCommDepthDurationView(columns, context, in record),
        Time | Comm | Depth | Duration =>
            new CallView.TimeCommDepthDurationView(columns, context, in record),
        Time | Cpu | Caller | Depth | Duration =>
            new CallView.TimeCpuCallerDepthDurationView(columns, context, in record),
        Cpu | Comm | Caller | Depth | Duration =>
            new CallView.CpuCommCallerDepthDurationView(columns, context, in record),
        Time | Caller | Depth | Duration =>
            new CallView.TimeCallerDepthDurationView(columns, context, in record),
        Comm | Caller | Depth | Duration =>
            new CallView.CommCallerDepthDurationView(columns, context, in record),
        Cpu | Caller | Depth | Duration =>
            new CallView.CpuCallerDepthDurationView(columns, context, in record),
        Caller | Depth | Duration =>
            new CallView.CallerDepthDurationView(columns, context, in record),
        Time | Cpu | Depth | Duration =>
            new CallView.TimeCpuDepthDurationView(columns, context, in record),
        Cpu | Comm | Depth | Duration =>
            new CallView.CpuCommDepthDurationView(columns, context, in record),
        Time | Depth | Duration =>
            new CallView.TimeDepthDurationView(columns, context, in record),
        Comm | Depth | Duration =>
            new CallView.CommDepthDurationView(columns, context, in record),
        Cpu | Depth | Duration =>
            new CallView.CpuDepthDurationView(columns, context, in record),
        Depth | Duration =>
            new CallView.DepthDurationView(columns, context, in record),
        Time | Cpu | Comm | Depth =>
            new CallView.TimeCpuCommDepthView(columns, context, in record),
        Cpu | Comm | Caller | Depth =>
            new CallView.CpuCommCallerDepthView(columns, context, in record),
        Comm | Caller | Depth =>
            new CallView.CommCallerDepthView(columns, context, in record),
        Cpu | Caller | Depth =>
            new CallView.CpuCallerDepthView(columns, context, in record),
        Caller | Depth =>
            new CallView.CallerDepthView(columns, context, in record),
        Depth =>
            new CallView.DepthView(columns, context, in record),
        Time | Cpu | Comm | Context =>
            new CallView.TimeCpuCommContextView(columns, context, in record),
        Time | Cpu | Comm | Caller =>
            new CallView.TimeCpuCommCallerView(columns, context, in record),
        Time | Cpu | Comm =>
            new CallView.TimeCpuCommView(columns, context, in record),
        Time | Cpu | Caller =>
            new CallView.TimeCpuCallerView(columns, context, in record),
        Time | Comm | Caller =>
            new CallView.TimeCommCallerView(columns, context, in record),
        Cpu | Comm | Caller =>
            new CallView.CpuCommCallerView(columns, context, in record),
        Time | Caller =>
            new CallView.TimeCallerView(columns, context, in record),
        Comm | Caller =>
            new CallView.CommCallerView(columns, context, in record),
        Cpu | Caller =>
            new CallView.CpuCallerView(columns, context, in record),
        Caller =>
            new CallView.CallerView(columns, context, in record),
        Time =>
            new CallView.TimeView(columns, context, in record),
        Comm =>
            new CallView.CommView(columns, context, in record),
        None =>
            new CallView.FunctionView(columns, context, in record),
        _ => new CallEvent(context, in record),
    };
}

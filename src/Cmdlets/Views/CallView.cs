using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>
/// A call whose type selects a table without empty columns. PowerShell selects the view of an object by its type, so there is a
/// type for each set of columns, and its name lists them. The format file has a view for each type. A type name added to each
/// object would select a view too, but costs several times as much as the object.
/// </summary>
internal abstract class CallView : CallEvent
{
    private readonly CallColumns _columns;

    private CallView(CallColumns columns, TraceContext context, in CallRecord record) : base(context, in record)
        => _columns = columns;

    /// <inheritdoc/>
    internal override CallEvent With(TraceContext context, in CallRecord record)
        => CallViews.Create(_columns, context, in record);

    internal sealed class TimeCpuCommContextDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCpuCommDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCommDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCpuCallerDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CpuCommCallerDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCallerDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CommCallerDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CpuCallerDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CallerDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCpuDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CpuCommDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CommDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CpuDepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class DepthDurationView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCpuCommDepthView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CpuCommCallerDepthView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CommCallerDepthView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CpuCallerDepthView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CallerDepthView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class DepthView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCpuCommContextView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCpuCommCallerView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCpuCommView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCpuCallerView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCommCallerView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CpuCommCallerView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeCallerView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CommCallerView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CpuCallerView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CallerView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class TimeView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class CommView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);

    internal sealed class FunctionView(CallColumns v, TraceContext c, in CallRecord r)
        : CallView(v, c, in r);
}

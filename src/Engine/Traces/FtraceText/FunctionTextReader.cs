using KernelMagnifier.Compression;
using KernelMagnifier.Files;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Reads text of the function tracer and of events, as <c>trace</c>, <c>trace_pipe</c>, <c>perf ftrace</c> and the Python
/// kernel-magnifier write it.
/// </summary>
/// <remarks>
/// <c>trace_print_context</c>, <c>trace_print_lat_context</c> and <c>trace_fn_trace</c> in <c>kernel/trace/trace_output.c</c>;
/// docs/formats/ftrace-text.md describes the format.
/// </remarks>
internal sealed class FunctionTextReader : TraceReader
{
    private readonly FunctionTextLayout _layout;

    internal FunctionTextReader(InputFile input, TraceReadOptions options) : base(input, options)
    {
        _layout = FunctionTextLayout.Of(input.Head);
        Description.Format = "ftrace text";
        Description.Latency = LatencyHeader.Of(input.Head);
        Description.Tracer = _layout.Tracer ?? "function";
        Description.Cpus = _layout.Cpus;
        Description.OverwrittenEvents = _layout.Overwritten;
        Description.KernelRelease = _layout.KernelRelease;
        Description.ClockUnit = _layout.ClockUnit;
    }

    /// <summary>Whether a file has this format: it starts with an ftrace header or with lines of a trace.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head) => FunctionTextLayout.Of(head).IsTrace;

    private protected override void ReadCalls(CallDispatch dispatch)
    {
        var blocks = Input.OpenLines(dispatch.InOrder ? LineBlocks.Size : LineBlocks.SmallSize);
        var statistics = TextPipeline.Run(blocks, () => new FunctionTextParser(_layout, Names, dispatch.Fields), dispatch);
        statistics.WriteTo(Description, "function");
    }

    private protected override void ReadEvents(EventDispatch dispatch)
    {
        var schemas = new TextEventSchemas(dispatch.Sink);
        var delivery = new TextEventDelivery(dispatch, schemas);
        if (dispatch.Grows) dispatch.OnIdle = delivery.End;
        var statistics = OrderedBlocks.Run<TextEventBlock>(
            Input.OpenLines(), () => new FunctionTextEventReader(_layout, schemas, dispatch), delivery.Take, dispatch);
        delivery.End();
        statistics.WriteTo(Description, "function");
        schemas.Describe(Description);
    }
}

using System.Buffers.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Reads text of the function_graph tracer with any columns, as <c>trace</c>, <c>trace_pipe</c> or <c>perf ftrace</c> write it.
/// docs/formats/function-graph-text.md describes the format.
/// </summary>
internal sealed class FunctionGraphTextReader : TraceReader
{
    private const string ReturnsOnlyWarning
        = "the recording holds only the returns of calls, as with tracing_thresh: each that names its function is counted as one "
        + "call, whose caller and callees are not known";

    private readonly FunctionGraphColumns _columns;
    private readonly bool _returnsOnly;

    internal FunctionGraphTextReader(InputFile input, TraceReadOptions options) : base(input, options)
    {
        var head = input.Head;
        _columns = FunctionGraphLayout.Detect(head, out _, out _);
        _returnsOnly = FunctionGraphLayout.HoldsReturnsOnly(head, _columns);
        Description.Format = "function_graph text";
        Description.Latency = LatencyHeader.Of(input.Head);
        Description.Tracer = FunctionGraphLayout.HeaderAfter(head, "# tracer: "u8) is { IsEmpty: false } tracer
            ? NameText.Decode(tracer) : "function_graph";
        // "# function_graph latency trace v1.1.5 on 6.1.0-56-amd64", "#15329/894761, CPU#0 | (M:desktop VP:0, KP:0, SP:0 HP:0
        // #P:2)"
        if (FunctionGraphLayout.HeaderAfter(head, " latency trace v1.1.5 on "u8) is { IsEmpty: false } release)
            Description.KernelRelease = NameText.Decode(release);
        if (Utf8Parser.TryParse(FunctionGraphLayout.HeaderAfter(head, " #P:"u8), out int cpus, out _) && cpus > 0)
            Description.Cpus = cpus;
    }

    /// <summary>Whether a file has this format: it starts with the header of function_graph or with lines of it.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head)
    {
        if (FunctionGraphLayout.HasHeader(head)) return true;
        var columns = FunctionGraphLayout.Detect(head, out var parsed, out var notParsed);
        // Text of trace_pipe has no header. Lines with only the call look like program text, so more of them are required.
        return columns == FunctionGraphColumns.None
            ? parsed >= 10 && notParsed * 20 <= parsed
            : parsed > 0 && notParsed * 4 <= parsed;
    }

    private protected override CallNesting? FindNesting(CancellationToken cancel) => CallNesting.Stack;

    /// <inheritdoc/>
    public override bool LosesReturnsAmongEvents => true;

    private protected override void ReadCalls(CallDispatch dispatch) => Read(dispatch, null);

    private protected override void ReadEvents(EventDispatch dispatch)
    {
        var events = new FunctionGraphEvents(dispatch);
        Read(dispatch.Calls(events), events);
        events.Schemas.Describe(Description);
    }

    private void Read(CallDispatch dispatch, FunctionGraphEvents? events)
    {
        var statistics = new TraceStatistics();
        var nesting = new FunctionGraphNesting(dispatch, Names, _columns, statistics, _returnsOnly, events);
        statistics.Add(OrderedBlocks.Run(
            Input.OpenLines(dispatch.InOrder || events is not null ? LineBlocks.Size : LineBlocks.SmallSize),
            () => new FunctionGraphTokenizer(_columns, Names, events?.Schemas), nesting.Take, dispatch));
        nesting.End();
        if (_returnsOnly) statistics.Warn(ReturnsOnlyWarning);
        statistics.WriteTo(Description, _returnsOnly ? FunctionGraphNesting.ReturnKind : "funcgraph_entry");
        (Description.NotPlaced, Description.LeafReturns) = (nesting.NotPlaced, nesting.Leaves);
    }
}

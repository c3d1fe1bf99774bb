using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.PerfScript;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;
using KernelMagnifier.Traces.TraceCmdReport;

namespace KernelMagnifier.Fuzzing;

/// <summary>Reads the events of a text in any blocks, as the readers do in theirs.</summary>
internal static class TextEventReading
{
    /// <summary>The formats: function_graph text, trace-cmd report, perf script and ftrace text.</summary>
    public const int Formats = 4;

    /// <summary>The format of a text.</summary>
    public static int FormatOf(ReadOnlySpan<byte> text)
        => FunctionGraphTextReader.Recognizes(text) ? 0 : TraceCmdReportReader.Recognizes(text) ? 1 : PerfScriptReader.Recognizes(text) ? 2 : 3;

    /// <summary>Reads a text.</summary>
    public static void Read(int format, ReadOnlySpan<byte> head, LineBlocks blocks, EventSink sink, int threads)
    {
        var names = new CallNames();
        var context = new TraceContext(new TraceSource("fuzz"), names);
        var dispatch = new EventDispatch(sink, context, new TraceReadOptions { Threads = threads }, default);
        sink.Begin(context);
        sink.Calls?.Begin(context);
        switch (format)
        {
            case 0: ReadGraph(head, blocks, dispatch, names); break;
            case 1: ReadReport(head, blocks, dispatch, names); break;
            case 2: ReadPerf(head, blocks, dispatch); break;
            default: ReadFunctions(head, blocks, dispatch); break;
        }
    }

    private static void ReadGraph(ReadOnlySpan<byte> head, LineBlocks blocks, EventDispatch dispatch, CallNames names)
    {
        var columns = FunctionGraphLayout.Detect(head, out _, out _);
        var events = new FunctionGraphEvents(dispatch);
        var calls = dispatch.Calls(events);
        var nesting = new FunctionGraphNesting(calls, names, columns, new TraceStatistics(), events: events);
        OrderedBlocks.Run<FunctionGraphTokens>(blocks, () => new FunctionGraphTokenizer(columns, names, events.Schemas), nesting.Take, calls);
        nesting.End();
    }

    private static void ReadReport(ReadOnlySpan<byte> head, LineBlocks blocks, EventDispatch dispatch, CallNames names)
    {
        var layout = ReportLayout.Of(head);
        var (instances, schemas) = (new ReportInstances(), new TextEventSchemas(dispatch.Sink));
        var calls = new InterleavedCalls(dispatch, schemas);
        var assembly = new ReportAssembly(dispatch.Calls(calls), names, new TraceStatistics());
        OrderedBlocks.Run<ReportBlock>(blocks, () => new ReportEventReader(layout, instances, schemas, dispatch),
            block => calls.Take(block.Events, block.Records.Items.Length, (from, to) => assembly.Take(block.Records, from, to)), dispatch);
        calls.End(assembly.End);
    }

    private static void ReadPerf(ReadOnlySpan<byte> head, LineBlocks blocks, EventDispatch dispatch)
    {
        var fields = PerfScriptReader.FieldsOf(head);
        var schemas = new TextEventSchemas(dispatch.Sink);
        var calls = new InterleavedCalls(dispatch, schemas);
        var samples = new PerfScriptSamples(dispatch.Calls(calls).Feed());
        OrderedBlocks.Run<PerfScriptBlock>(blocks, () => new PerfScriptEventReader(fields, schemas, dispatch),
            block => calls.Take(block.Events, block.Tokens.Items.Count, (from, to) => samples.Take(block.Tokens, from, to)), dispatch);
        calls.End(samples.End);
    }

    private static void ReadFunctions(ReadOnlySpan<byte> head, LineBlocks blocks, EventDispatch dispatch)
    {
        var layout = FunctionTextLayout.Of(head);
        var schemas = new TextEventSchemas(dispatch.Sink);
        var delivery = new TextEventDelivery(dispatch, schemas);
        OrderedBlocks.Run<TextEventBlock>(blocks, () => new FunctionTextEventReader(layout, schemas, dispatch), delivery.Take, dispatch);
        delivery.End();
    }
}

using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Parses blocks of lines of the function tracer and of events for a sink of events. One instance per thread.</summary>
internal sealed class FunctionTextEventReader : BlockReader<TextEventBlock>
{
    private readonly FunctionTextEvents _events;
    private readonly FunctionTextParser _parser;
    private readonly CallNames _names;
    private readonly bool _wantsCalls;
    private readonly CallFeed _nowhere = new(new CallBuffer(), null);

    public FunctionTextEventReader(FunctionTextLayout layout, TextEventSchemas schemas, EventDispatch dispatch)
    {
        var (sink, names) = (dispatch.Sink, dispatch.Context.Names);
        _events = new FunctionTextEvents(schemas, names, sink.Fields);
        _names = names;
        _wantsCalls = sink.Calls is not null;
        _parser = new FunctionTextParser(layout, names, sink.Calls?.Fields ?? CallFields.Edge, _events);
    }

    /// <inheritdoc/>
    public override void Read(LineBlock block, TextEventBlock into, TraceStatistics statistics)
    {
        into.Load(block.Text);
        _events.Into(into);
        var feed = _wantsCalls ? new CallFeed(into.Calls, null, _names) : _nowhere;
        _parser.Parse(into.Text, feed, statistics);
        feed.Flush();
        if (!_wantsCalls) ((CallBuffer)_nowhere.Sink).Clear();
    }
}

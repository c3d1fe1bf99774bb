using KernelMagnifier.Files;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>Parses blocks of perf script text for a sink of events. One instance per thread.</summary>
internal sealed class PerfScriptEventReader : BlockReader<PerfScriptBlock>
{
    private readonly PerfScriptEvents _events;
    private readonly PerfScriptParser _parser;

    public PerfScriptEventReader(PerfScriptFields fields, TextEventSchemas schemas, EventDispatch dispatch)
    {
        _events = new PerfScriptEvents(schemas, dispatch.Sink.Fields);
        _parser = new PerfScriptParser(fields, dispatch.Context.Names, _events);
    }

    /// <inheritdoc/>
    public override void Read(LineBlock block, PerfScriptBlock into, TraceStatistics statistics)
    {
        into.Events.Load(block.Text);
        _events.Into(into.Events);
        _parser.Read(into.Events.Text, into.Tokens, statistics);
    }
}

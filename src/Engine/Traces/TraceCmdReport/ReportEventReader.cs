using KernelMagnifier.Files;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>Parses blocks of a report for a sink of events. One instance per thread.</summary>
internal sealed class ReportEventReader : BlockReader<ReportBlock>
{
    private readonly ReportEvents _events;
    private readonly ReportParser _parser;

    public ReportEventReader(ReportLayout layout, ReportInstances instances, TextEventSchemas schemas, EventDispatch dispatch)
    {
        _events = new ReportEvents(schemas, dispatch.Sink.Fields);
        _parser = new ReportParser(layout, dispatch.Context.Names, instances, _events);
    }

    /// <inheritdoc/>
    public override void Read(LineBlock block, ReportBlock into, TraceStatistics statistics)
    {
        into.Events.Load(block.Text);
        _events.Into(into.Events);
        _parser.ReadLines(into.Events.Text, into.Records, statistics);
    }
}

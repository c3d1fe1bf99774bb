using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>
/// Reads the text of <c>trace-cmd report</c>, with any of its options. docs/formats/trace-cmd-report.md describes the format.
/// </summary>
internal sealed class TraceCmdReportReader : TraceReader
{
    private const string NoCallersWarning = "the calls have no callers, because trace-cmd report prints them only on request. "
        + "Read the trace.dat itself, or print it with: trace-cmd report -O parent=1";

    private readonly ReportLayout _layout;

    internal TraceCmdReportReader(InputFile input, TraceReadOptions options) : base(input, options)
    {
        _layout = ReportLayout.Of(input.Head);
        Description.Format = "trace-cmd report";
        Description.Cpus = _layout.Cpus;
        Description.ClockUnit = _layout.IsCount ? ClockUnit.Counts : ClockUnit.Nanoseconds;
    }

    /// <summary>Whether a file has this format: its first lines are aligned as only trace-cmd does it.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head) => ReportLayout.Of(head).IsReport;

    private protected override CallNesting? FindNesting(CancellationToken cancel) => _layout.Nesting;

    /// <inheritdoc/>
    public override bool LosesReturnsAmongEvents => _layout.Nesting != CallNesting.Caller;

    private protected override void ReadCalls(CallDispatch dispatch)
    {
        var statistics = new TraceStatistics();
        var instances = new ReportInstances();
        var assembly = new ReportAssembly(dispatch, Names, statistics);
        statistics.Add(OrderedBlocks.Run(
            Input.OpenLines(), () => new ReportParser(_layout, Names, instances), assembly.Take, dispatch));
        assembly.End();
        Describe(statistics, assembly, instances);
    }

    private protected override void ReadEvents(EventDispatch dispatch)
    {
        var statistics = new TraceStatistics();
        var instances = new ReportInstances();
        var schemas = new TextEventSchemas(dispatch.Sink);
        var calls = new InterleavedCalls(dispatch, schemas);
        var assembly = new ReportAssembly(dispatch.Calls(calls), Names, statistics);
        statistics.Add(OrderedBlocks.Run<ReportBlock>(
            Input.OpenLines(), () => new ReportEventReader(_layout, instances, schemas, dispatch),
            block => calls.Take(block.Events, block.Records.Items.Length, (from, to) => assembly.Take(block.Records, from, to)),
            dispatch));
        calls.End(assembly.End);
        Describe(statistics, assembly, instances);
        schemas.Describe(Description);
    }

    private void Describe(TraceStatistics statistics, ReportAssembly assembly, ReportInstances instances)
    {
        if (assembly.Callers is { With: 0, Without: > 0 }) statistics.Warn(NoCallersWarning);
        var isGraph = assembly.HasEntries;
        Description.Instances = [.. instances.Names.Order(StringComparer.Ordinal)];
        statistics.WriteTo(Description, isGraph ? "funcgraph_entry" : "function");
        Description.Nesting = isGraph ? CallNesting.Stack : CallNesting.Caller;
        Description.LeafReturns = assembly.LeafReturns;
        Description.NotPlaced = isGraph ? assembly.NotPlaced : null;
        Description.Tracer = statistics.Calls == 0 ? null : isGraph ? "function_graph" : "function";
    }
}

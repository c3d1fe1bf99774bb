using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Cmdlets.Views;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Select-KmCall: selects the calls that pass a filter.</summary>
[Cmdlet(VerbsCommon.Select, "KmCall")]
[OutputType(typeof(CallEvent), typeof(CallEdge))]
public sealed class SelectKmCallCommand : CallFilterCommand, IReadingReceiver
{
    private readonly CallCollector _collector = new(CallGrouping.Edge, byStack: true);
    private CallInput _input = null!;
    private CallSelector? _selector;
    private bool _hasPassed;
    private bool _time, _source, _caller;

    /// <summary>Call events or call edges.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true), ArgumentCompleter(typeof(NoFileCompleter))]
    public object? InputObject { get; set; }

    /// <summary>Return call edges with the counts of all calls that pass.</summary>
    [Parameter]
    public SwitchParameter AsEdge { get; set; }

    bool IReadingReceiver.TakesBatches => true;

    CallCollector? IReadingReceiver.Collector => AsEdge ? _collector : null;

    CallFilter? IReadingReceiver.Filter => Filter;

    SymbolMap? IReadingReceiver.Map => Map;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Filter is not null || Map is not null) _selector = new CallSelector(Filter ?? new CallFilter(), Map);
        var needed = NeededProperties.Of(Filter, Map is not null);
        _input = new CallInput(this, Take, Take)
        {
            Needed = AsEdge ? [.. needed, nameof(CallEvent.Caller)] : needed,
            OnBatch = !AsEdge && CallBatch.IsReceivedAfter(this) ? Pass : null,
        };
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            _input.Read(InputObject);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, InputObject));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            foreach (var call in _selector?.HeldEvents() ?? []) Write(call);
            foreach (var edge in _selector?.HeldEdges() ?? []) Write(edge);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error));
        }
        if (AsEdge)
        {
            _input.Warn(_collector.Warnings);
            var edges = _collector.ToGraph().Edges;
            var view = EdgeView.Of(edges);
            foreach (var edge in edges) WriteObject(view.Show(edge));
        }
        if (_selector is null) return;
        if (Filter is { Root.Count: > 0 }) _input.WarnOfLostStacks();
        if (Filter is { Root.Count: > 0 })
            foreach (var trace in _selector.Contexts.Select(context => context.Source.Info).OfType<TraceInfo>().Distinct())
                if (ReadingSummary.NotPlaced(trace) is { } notPlaced)
                    WriteWarning(TerminalText.Escape($"{trace.Path}: {notPlaced}."));
        var found = new NothingFound();
        foreach (var (names, info) in _selector.Inputs()) found.Add(names, info, _hasPassed ? 1 : 0, [Filter]);
        found.Add(Filter, _selector.Resolved);
        WarnOfUnmatched(found);
        if (found.IsNothing) WarnOfNothing(found, [Filter]);
    }

    private void Take(CallEvent call)
    {
        if ((_selector is null ? call : _selector.Select(call)) is { } passed) Write(passed);
    }

    /// <summary>Selects the calls of a batch, and writes those that pass as a batch.</summary>
    private void Pass(CallBatch batch)
    {
        var passed = new CallEvent[batch.Calls.Length];
        var count = 0;
        ErrorRecord? failure = null;
        foreach (var call in batch.Calls)
        {
            try
            {
                if ((_selector is null ? call : _selector.Select(call)) is { } pass) passed[count++] = pass;
            }
            catch (KernelMagnifierException error)
            {
                failure = ErrorFactory.Of(error, call);
                break;
            }
        }
        _hasPassed |= count > 0;
        if (count > 0) WriteObject(new CallBatch(passed, count));
        if (failure is not null) ThrowTerminatingError(failure);
    }

    private void Take(CallEdge edge)
    {
        if ((_selector is null ? edge : _selector.Select(edge)) is { } passed) Write(passed);
    }

    private void Write(CallEvent call)
    {
        _hasPassed = true;
        if (AsEdge) _collector.Add(call);
        else WriteObject(call);
    }

    private void Write(CallEdge edge)
    {
        _hasPassed = true;
        if (AsEdge)
        {
            _collector.Add(edge);
            return;
        }
        // Once an edge has a time, a source or a caller, the table keeps the column.
        _time |= edge.SelfNanoseconds >= 0;
        _source |= edge.CalleeSourceFile is not null;
        _caller |= edge.Caller is not null;
        WriteObject(EdgeView.Of(_time, _source, _caller).Show(edge));
    }
}

using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Comparison;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>
/// The input of a cmdlet that takes calls, edges or counts: the objects of this module as they are, other objects that have
/// their properties after a conversion, and the elements of a collection.
/// </summary>
internal sealed class CallInput
{
    private const int NamedHosts = 4, MostHosts = 65_536;

    private readonly PSCmdlet _cmdlet;
    private readonly Action<CallEvent> _onCall;
    private readonly Action<CallEdge> _onEdge;
    private readonly ObjectConverter _converter = new();
    private readonly CountsAsEdges _asEdges;
    private readonly ConvertedCounts _counts = new();
    private readonly SortedSet<string> _hosts = new(StringComparer.Ordinal);
    private bool _hasLostStacks;

    /// <summary>Creates the input of a cmdlet.</summary>
    /// <param name="cmdlet">The cmdlet, which reports errors of the input.</param>
    /// <param name="onCall">Takes a call.</param>
    /// <param name="onEdge">Takes an edge.</param>
    public CallInput(PSCmdlet cmdlet, Action<CallEvent> onCall, Action<CallEdge> onEdge)
    {
        (_cmdlet, _onCall, _onEdge) = (cmdlet, onCall, onEdge);
        _asEdges = new CountsAsEdges(_converter);
    }

    /// <summary>Takes a count; null if the cmdlet takes counts by edge as edges.</summary>
    public Action<FunctionCallCount>? OnCount { get; init; }

    /// <summary>Takes a batch of calls; null if the cmdlet takes one call after another.</summary>
    public Action<CallBatch>? OnBatch { get; init; }

    /// <summary>Takes a kernel event; null if the cmdlet takes none.</summary>
    public Action<KernelEvent>? OnEvent { get; init; }

    /// <summary>
    /// Takes a copy of a kernel event and returns true; false for another object. Null if the cmdlet takes none.
    /// </summary>
    public Func<PSObject, bool>? OnEventCopy { get; init; }

    /// <summary>
    /// Takes an object that stands for calls of its recording and returns true; false for another object. Null if the cmdlet takes
    /// none.
    /// </summary>
    public Func<object, bool>? OnWindow { get; init; }

    /// <summary>Takes a row of a comparison, or a copy of one; null if the cmdlet takes none.</summary>
    public Action<TraceDifference>? OnDifference { get; init; }

    /// <summary>
    /// Takes a result of a probe; null if the cmdlet takes the edges of its stack. Results without a stack have none.
    /// </summary>
    public Action<ProbeResult>? OnResult { get; init; }

    /// <summary>The properties that a converted call needs besides its function, because the cmdlet depends on them.</summary>
    public IReadOnlyList<string> Needed { get; set; } = [];

    /// <summary>A title that names the other hosts that the input comes from; null if all of it comes from this one.</summary>
    public string? TitleOfHosts
        => _hosts.Count == 0 ? null
            : $"Calls on {string.Join(", ", _hosts.Take(NamedHosts))}{(_hosts.Count > NamedHosts ? $" and {DisplayText.Count(_hosts.Count - NamedHosts, "more host")}" : "")}";

    /// <summary>Warns if calls had call stacks that did not come back.</summary>
    public void WarnOfLostStacks()
    {
        if (_hasLostStacks)
            _cmdlet.WriteWarning("The input left the process, and the call stacks of the recording did not come back. "
                + "What ran below a function is known by caller links only. Use the recording itself for the exact answer.");
    }

    /// <summary>Warns if calls were counted together because they had too many different names, counts or stacks.</summary>
    public void Warn(IEnumerable<string> folded)
    {
        foreach (var warning in folded)
            _cmdlet.WriteWarning(TerminalText.Escape($"{char.ToUpperInvariant(warning[0])}{warning[1..]}."));
    }

    /// <summary>Takes an object or a collection of them.</summary>
    public void Read(object? input)
    {
        var item = input is PSObject wrapped ? wrapped.BaseObject : input;
        if (item is CallBatch batch) Read(batch);
        else if (item is IEnumerable and not (string or IDictionary))
            foreach (var element in (IEnumerable)item)
                ReadOne(element);
        else ReadOne(input);
    }

    /// <summary>Takes what could not be decided before the last object.</summary>
    public void Complete()
    {
        try
        {
            _asEdges.Complete();
        }
        catch (InputException error)
        {
            _cmdlet.ThrowTerminatingError(ErrorFactory.Of(error, null));
        }
        foreach (var count in _counts.All()) OnCount!(count);
    }

    private void Read(CallBatch batch)
    {
        if (OnBatch is not null)
        {
            OnBatch(batch);
            return;
        }
        foreach (var call in batch.Calls)
        {
            try
            {
                _onCall(call);
            }
            catch (KernelMagnifierException error)
            {
                _cmdlet.ThrowTerminatingError(ErrorFactory.Of(error, call));
            }
        }
    }

    private CallEvent Checked(InputProperties input, CallEvent call)
    {
        // Depths can give the stacks back.
        _hasLostStacks |= HadStack(input) && call.Depth is null && call.Nesting != nameof(CallNesting.Stack);
        return call;
    }

    private CallEdge Checked(InputProperties input, CallEdge edge)
    {
        _hasLostStacks |= HadStack(input) && edge.Nesting != nameof(CallNesting.Stack);
        return edge;
    }

    private static bool HadStack(InputProperties input)
        => input.Value(nameof(CallEvent.Nesting)) is string nesting && nesting == nameof(CallNesting.Stack);

    private void ReadOne(object? input)
    {
        switch (input is PSObject wrapped ? wrapped.BaseObject : input)
        {
            case CallEvent call: _onCall(call); break;
            case CallEdge edge: _onEdge(edge); break;
            case KernelEvent item when OnEvent is not null: OnEvent(item); break;
            case TraceDifference row when OnDifference is not null: OnDifference(row); break;
            case FunctionCallCount count when OnCount is not null: OnCount(count); break;
            case ProbeResult result: Take(result); break;
            default: Convert(input); break;
        }
    }

    private void Take(ProbeResult result)
    {
        if (OnResult is not null) OnResult(result);
        else
            foreach (var edge in ResultStacks.Edges(result))
                _onEdge(edge);
    }

    private void Convert(object? input)
    {
        try
        {
            var item = input is PSObject wrapped ? wrapped.BaseObject : input;
            if (item is FunctionCallCount count)
            {
                _onEdge(_asEdges.Edge(count));
                return;
            }
            if (item is not null && OnEventCopy?.Invoke(PSObject.AsPSObject(input!)) == true) return;
            if (item is not null && OnWindow?.Invoke(input!) == true) return;
            if (item is not null && ProbeResultCopy.Of(input) is { } result)
            {
                Take(result);
                return;
            }
            var properties = item is null ? null : new InputProperties(input!);
            if (OnDifference is not null && properties is not null && DifferenceCopy.Of(properties) is { } row)
            {
                OnDifference(row);
                return;
            }
            if (properties?.Host is { } host && _hosts.Count < MostHosts) _hosts.Add(host);
            switch (properties is null ? InputKind.Other : InputKinds.Of(properties))
            {
                case InputKind.Call: _onCall(Checked(properties!, _converter.Call(properties!, Needed))); break;
                case InputKind.Edge: _onEdge(Checked(properties!, _converter.Edge(properties!))); break;
                case InputKind.Count when OnCount is null: _onEdge(_asEdges.Edge(properties!)); break;
                case InputKind.Count: _counts.Add(properties!, _converter.Group(properties!)); break;
                case InputKind.Other when properties is not null && InputKinds.LacksKeyOfCount(properties):
                    throw new InputException(
                        nameof(FunctionCallCount.Function), null, OnCount is null ? CountsAsEdges.What : "a call count");
                default:
                    _cmdlet.ThrowTerminatingError(OnCount is null ? ErrorFactory.NotACall(input) : ErrorFactory.NotACount(input));
                    break;
            }
        }
        catch (InputException error)
        {
            _cmdlet.ThrowTerminatingError(ErrorFactory.Of(error, input));
        }
    }
}

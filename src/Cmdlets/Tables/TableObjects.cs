using System.Collections;
using System.Management.Automation;
using System.Runtime.CompilerServices;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Tables;

namespace KernelMagnifier.Cmdlets.Tables;

/// <summary>
/// Adds objects to tables, each to the table of its type. Copies that come back from a file or another process are added as well.
/// </summary>
internal sealed class TableObjects
{
    private const string HostOfCopy = "PSComputerName";

    /// <summary>The property that Import-KmTable adds, which other objects do not have.</summary>
    public const string HostOfRow = "HostName";

    private readonly PSCmdlet _cmdlet;
    private readonly IReadOnlyCollection<TableKind> _tables;
    private readonly IntervalCopies _intervals = new();
    private readonly StoredEvents _events = new();
    private readonly CallInput _calls;
    private readonly Func<TableExport> _export;
    private string? _host;

    /// <summary>Prepares to add objects.</summary>
    /// <param name="cmdlet">The cmdlet, which reports errors of the input.</param>
    /// <param name="export">Returns the tables. Called for the first object.</param>
    /// <param name="tables">The tables that are written; empty for all.</param>
    public TableObjects(PSCmdlet cmdlet, Func<TableExport> export, IReadOnlyCollection<TableKind> tables)
    {
        (_cmdlet, _export, _tables) = (cmdlet, export, tables);
        _calls = new CallInput(cmdlet, call => Add(TableKind.Calls, () => _export().Add(call, _host)),
            edge => Add(TableKind.Edges, () => _export().Add(edge, _host)))
        {
            OnEvent = item => Add(TableKind.Events, () => _export().Add(item, _host)),
            OnEventCopy = AddEventCopy, OnWindow = AddOther,
            OnResult = result => Add(TableKind.Probes, () => _export().Add(result, _host)),
        };
    }

    /// <summary>The number of objects whose table is not written.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Adds an object or a collection of them. Another object ends the cmdlet with an error.</summary>
    public void Add(object? input)
    {
        var item = input is PSObject wrapped ? wrapped.BaseObject : input;
        if (item is IEnumerable and not (string or IDictionary))
        {
            foreach (var element in (IEnumerable)item) Add(element);
            return;
        }
        _host = input is PSObject known ? Host(known) : null;
        if (item is null || !AddOther(input!)) _calls.Read(input);
    }

    /// <summary>Adds what could not be decided before the last object.</summary>
    public void Complete()
    {
        _host = null;
        _calls.Complete();
    }

    private bool AddOther(object input)
    {
        switch (input is PSObject wrapped ? wrapped.BaseObject : input)
        {
            // The most frequent ones first: of them, no copy needs to be recognized.
            case CallEvent or CallEdge or KernelEvent or ProbeResult: return false;
            case Interval interval: Add(TableKind.Intervals, () => _export().Add(interval, _host)); return true;
            case Latency.Latency latency: Add(TableKind.Latencies, () => _export().Add(latency, _host)); return true;
            case Measurement record: Add(TableKind.Logs, () => _export().Add(record, _host)); return true;
            default: return AddCopy(input);
        }
    }

    private bool AddCopy(object input)
    {
        var copy = new InputProperties(input);
        if (IntervalCopies.Is(copy)) Add(TableKind.Intervals, () => _export().Add(_intervals.Of(copy), _host));
        else if (LatencyCopy.Is(copy)) Add(TableKind.Latencies, () => _export().Add(LatencyCopy.Of(copy), _host));
        else if (MeasurementCopy.Of(input) is { } record) Add(TableKind.Logs, () => _export().Add(record, _host));
        else if (IsForCalls(input, copy)) return false;
        else _cmdlet.ThrowTerminatingError(ErrorFactory.NotARow(input));
        return true;
    }

    /// <summary>Whether an object is one that <see cref="CallInput"/> takes.</summary>
    private static bool IsForCalls(object input, InputProperties copy)
        => input is PSObject wrapped
            && wrapped.TypeNames.Any(type => type.Contains(typeof(KernelEvent).FullName!, StringComparison.Ordinal))
            || LatencyCopy.Is(copy, typeof(ProbeResult).FullName!) || InputKinds.Of(copy) != InputKind.Other;

    private bool AddEventCopy(PSObject input)
    {
        if (!_events.TryRead(input, out var item)) return false;
        if (item is not null) Add(TableKind.Events, () => _export().Add(item, _host));
        return true;
    }

    // Not inlined: see LibraryAssemblies.Load.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Add(TableKind table, Action add)
    {
        if (_tables.Count == 0 || _tables.Contains(table)) add();
        else LeftOut++;
    }

    /// <summary>The machine that an object comes from; null if it does not say so.</summary>
    private static string? Host(PSObject input)
        => (input.Properties[HostOfCopy] ?? NoteOf(input))?.Value is string { Length: > 0 } host ? host : null;

    private static PSPropertyInfo? NoteOf(PSObject input) => input.Properties[HostOfRow] as PSNoteProperty;
}

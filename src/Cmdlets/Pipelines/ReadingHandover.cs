using System.Management.Automation;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>Hands a whole reading over from Import-KmTrace to a cmdlet that counts, without an object per call.</summary>
/// <remarks>
/// <para>In <c>Import-KmTrace | Select-KmCall | Measure-KmCall</c>, each call would pass two pipes as an object only to be
/// counted. Before it reads, Import-KmTrace therefore asks <see cref="PipelineInspection"/> for the cmdlets that follow.</para>
/// <para>If each of them is an <see cref="IReadingReceiver"/> up to one that has a collector, the reading is handed over:
/// Import-KmTrace reads with the filters and the symbol map of all of them, on all cores, and adds the counts to the collector.
/// It writes no objects, so ProcessRecord of the cmdlets is not called. The last cmdlet then evaluates its collector in
/// EndProcessing, as usual.</para>
/// <para>Otherwise <see cref="Plan"/> returns null and Import-KmTrace writes an object per call. The result is the same.</para>
/// <para>A reading is not handed over if another command needs the objects (any other command in between, -OutVariable,
/// -PipelineVariable), or if the filters cannot be combined: if a symbol map follows another one or a filter that depends on one,
/// or if one of several filters depends on the graph of all calls (-Root, -MinCount).</para>
/// <para>docs/concepts.md has a picture.</para>
/// </remarks>
internal sealed class ReadingHandover
{
    private readonly List<CallFilter> _laterFilters;

    private ReadingHandover(CallCollector collector, CallFilter? filter, List<CallFilter> laterFilters, SymbolMap? map)
        => (Collector, Filter, _laterFilters, Map) = (collector, filter, laterFilters, map);

    /// <summary>Receives the counts.</summary>
    public CallCollector Collector { get; }

    /// <summary>The filter of the reader; null for none.</summary>
    public CallFilter? Filter { get; }

    /// <summary>The filters of the reader and of the cmdlets that follow.</summary>
    public IEnumerable<CallFilter?> Filters => _laterFilters.Prepend(Filter);

    /// <summary>The symbol map of the reader; null for none.</summary>
    public SymbolMap? Map { get; }

    /// <summary>The sink of the reader: applies the later filters and adds the calls that pass to a tally.</summary>
    /// <param name="tally">The tally of one recording.</param>
    public CallSink SinkTo(CallTally tally)
    {
        CallSink sink = tally;
        for (var i = _laterFilters.Count - 1; i >= 0; i--) sink = new FilteredCalls(sink, _laterFilters[i]);
        return sink;
    }

    /// <summary>Plans the hand-over to the cmdlets that follow.</summary>
    /// <param name="reader">The cmdlet that reads.</param>
    /// <param name="filter">Its filter; null for none.</param>
    /// <param name="map">Its symbol map; null for none.</param>
    /// <returns>Null if the cmdlet has to write objects.</returns>
    public static ReadingHandover? Plan(PSCmdlet reader, CallFilter? filter, SymbolMap? map)
    {
        // Used to measure the cost of the objects, and to test that both ways give the same result.
        if (Environment.GetEnvironmentVariable("KM_OBJECT_PER_CALL") == "1") return null;
        var laterFilters = new List<CallFilter>();
        for (var cmdlet = reader; ;)
        {
            if (CollectsObjects(cmdlet)) return null;
            if (PipelineInspection.NextCmdlet(cmdlet) is not IReadingReceiver { CanReceive: true } next) return null;
            if (next.Map is { } nextMap)
            {
                // A map must not change the result of a filter before it.
                if (map is not null || filter is { NeedsSource: true }) return null;
                if (laterFilters.Exists(later => later.NeedsSource)) return null;
                map = nextMap;
            }
            if (next.Filter is { } nextFilter)
            {
                if (nextFilter.NeedsSource && map is null) return null;
                if (filter is null) filter = nextFilter;
                else if (!nextFilter.NeedsGraph && !filter.NeedsGraph) laterFilters.Add(nextFilter);
                else return null;
            }
            if (next.Collector is { } collector) return new ReadingHandover(collector, filter, laterFilters, map);
            cmdlet = (PSCmdlet)next;
        }
    }

    /// <summary>
    /// The cmdlet that follows directly, if it reads recordings itself; null if it does not, or if another command needs the
    /// objects.
    /// </summary>
    public static IRecordingReceiver? ReceiverAfter(PSCmdlet reader)
        => CollectsObjects(reader) || Environment.GetEnvironmentVariable("KM_OBJECT_PER_CALL") == "1" ? null
            : PipelineInspection.NextCmdlet(reader) as IRecordingReceiver;

    /// <summary>Whether a common parameter receives each object that a cmdlet writes.</summary>
    public static bool CollectsObjects(PSCmdlet cmdlet)
        => cmdlet.MyInvocation.BoundParameters.ContainsKey("OutVariable")
            || cmdlet.MyInvocation.BoundParameters.ContainsKey("PipelineVariable");
}

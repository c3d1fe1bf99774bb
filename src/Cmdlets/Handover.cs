using System.Management.Automation;
using System.Reflection;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets;

/// <summary>A cmdlet that only counts what comes in, so that it can take a whole reading instead of an object per call.</summary>
internal interface ICallCounter
{
    /// <summary>Where the counts go; null when it wants objects.</summary>
    CallCollector? Collector { get; }

    /// <summary>What its calls are to pass first; null for everything.</summary>
    CallFilter? Passing { get; }

    /// <summary>What gives the calls their sources anew; null leaves them as they are.</summary>
    SymbolMap? Sources { get; }
}

/// <summary>
/// How <c>Import-KmTrace | Select-KmCall | Measure-KmCall</c> counts at the speed of a reading: where nothing but cmdlets of this module stands
/// between the reading and the counting, calls go from one to the other on all cores, and no object is made of any. The answer is the same;
/// whoever else stands in the pipeline gets objects as ever.
/// </summary>
internal sealed class Handover
{
    private readonly List<CallFilter> _later;

    private Handover(CallCollector collector, CallFilter? filter, List<CallFilter> later, SymbolMap? sources) => (Collector, Filter, _later, Sources) = (collector, filter, later, sources);

    /// <summary>Where the counts go.</summary>
    public CallCollector Collector { get; }

    /// <summary>What to read.</summary>
    public CallFilter? Filter { get; }

    /// <summary>What gives functions their source.</summary>
    public SymbolMap? Sources { get; }

    /// <summary>A sink around a tally, for one reading.</summary>
    public CallSink Around(CallTally tally)
    {
        CallSink sink = tally;
        for (var i = _later.Count - 1; i >= 0; i--) sink = new FilteredCalls(sink, _later[i]);
        return sink;
    }

    /// <summary>What can be handed over to the cmdlets behind one, or null when objects have to be written.</summary>
    /// <param name="from">The cmdlet that reads.</param>
    /// <param name="filter">Its filter.</param>
    /// <param name="sources">Its symbol map.</param>
    public static Handover? From(PSCmdlet from, CallFilter? filter, SymbolMap? sources)
    {
        // For those who want to see what the objects cost.
        if (Environment.GetEnvironmentVariable("KM_OBJECT_PER_CALL") == "1") return null;
        var later = new List<CallFilter>();
        for (var at = from; ;)
        {
            // These see every object that is written.
            if (at.MyInvocation.BoundParameters.ContainsKey("OutVariable") || at.MyInvocation.BoundParameters.ContainsKey("PipelineVariable")) return null;
            if (Pipelines.Next(at) is not ICallCounter next) return null;
            if (next.Sources is { } map)
            {
                if (sources is not null) return null;
                // Sources that come after a filter must not change what it lets through.
                if (filter is { NeedsSource: true } || later.Exists(one => one.NeedsSource)) return null;
                sources = map;
            }
            if (next.Passing is { } passing)
            {
                if (passing.NeedsSource && sources is null) return null;
                if (filter is null) filter = passing;
                else if (!passing.NeedsGraph && !filter.NeedsGraph) later.Add(passing);
                else return null;
            }
            if (next.Collector is { } collector) return new Handover(collector, filter, later, sources);
            at = (PSCmdlet)next;
        }
    }
}

/// <summary>Who stands behind whom in a pipeline. PowerShell knows, but does not tell in public: where it has changed, nobody is found.</summary>
internal static class Pipelines
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>The cmdlet that directly takes what one writes, in the same pipeline; null for none, and for anything but a cmdlet.</summary>
    public static PSCmdlet? Next(PSCmdlet cmdlet)
    {
        var next = Get(Get(Get(cmdlet.CommandRuntime, "OutputPipe"), "DownstreamCmdlet"), "Command") as PSCmdlet;
        // The output of a function is that of the commands in it: what stands behind it is in another pipeline, and may not have begun.
        return next is not null && Get(cmdlet.CommandRuntime, "PipelineProcessor") is { } pipeline && ReferenceEquals(pipeline, Get(next.CommandRuntime, "PipelineProcessor")) ? next : null;
    }

    private static object? Get(object? of, string name) => of?.GetType().GetProperty(name, Hidden)?.GetValue(of);
}

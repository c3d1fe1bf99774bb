using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>
/// Collects intervals by recording: intervals, the longest ones of latencies, and copies of both that come back from a file or
/// another process.
/// </summary>
internal sealed class IntervalInput
{
    private const string TypeOfLatency = "KernelMagnifier.Latency.Latency";

    private readonly IntervalCopies _copies = new();
    private readonly Dictionary<string, List<Interval>> _byRecording = [];
    private readonly HashSet<TraceSource> _tables = new(ReferenceEqualityComparer.Instance);

    /// <summary>The intervals of each recording.</summary>
    public IReadOnlyDictionary<string, List<Interval>> Recordings => _byRecording;

    /// <summary>The interval of the last object whose recording cannot be read again; null if there is none.</summary>
    public Interval? Refused { get; private set; }

    /// <summary>The host of <see cref="Refused"/>; null for this one.</summary>
    public string? RefusedHost { get; private set; }

    /// <summary>Adds the intervals of an object. Returns false for an object that has none.</summary>
    /// <exception cref="InputException">A value is not that of an interval.</exception>
    public bool TryAdd(PSObject input)
    {
        (Refused, RefusedHost) = (null, null);
        switch (input.BaseObject)
        {
            case Interval interval: Add(interval); return true;
            case Latency.Latency latency:
                foreach (var interval in latency.Worst) Add(interval);
                return true;
        }
        var copy = new InputProperties(input);
        // The intervals of a latency do not say where it comes from.
        RefusedHost = copy.Host;
        if (IntervalCopies.Is(copy)) Add(_copies.Of(copy));
        else if (LatencyCopy.Is(copy, TypeOfLatency))
        {
            if (copy.Value(nameof(Latency.Latency.Worst)) is not System.Collections.IEnumerable worst) return true;
            foreach (var one in worst)
                if (one is not null && new InputProperties(one) is var interval && IntervalCopies.Is(interval))
                    Add(_copies.Of(interval));
        }
        else return false;
        return true;
    }

    private void Add(Interval interval)
    {
        if (interval.Origin.Source is { IsOfTable: true } table)
        {
            // Tables have many rows: one error for a recording is enough.
            if (_tables.Add(table)) Refused = interval;
            return;
        }
        if (interval.Recording is not { } recording || recording == "-" || RefusedHost is not null)
        {
            Refused = interval;
            return;
        }
        if (!_byRecording.TryGetValue(recording, out var intervals)) _byRecording.Add(recording, intervals = []);
        intervals.Add(interval);
    }
}

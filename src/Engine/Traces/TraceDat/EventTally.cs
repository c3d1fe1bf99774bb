using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Counts the events of one piece by kind, cheaply, and brings them to the statistics when the piece is done.</summary>
internal sealed class EventTally(EventFormats formats)
{
    private readonly long[] _kinds = new long[Math.Max(formats.Count, 1)];

    /// <summary>Function calls.</summary>
    public long Calls;

    /// <summary>Records too short for what they say they are.</summary>
    public long Short;

    /// <summary>Counts an event that is no call. Number 0 is no kind: it gathers those that the recording does not describe.</summary>
    public void Other(int kind)
    {
        var kinds = _kinds;
        kinds[(uint)kind < (uint)kinds.Length ? kind : 0]++;
    }

    /// <summary>Brings the counts to the statistics and starts again.</summary>
    public void Flush(TraceStatistics statistics, int cpu)
    {
        if (Calls > 0) statistics.Count(cpu, Calls);
        for (; Short > 0; Short--) statistics.NotParsed(cpu, "record too short for its kind");
        Calls = 0;
        for (var kind = 0; kind < _kinds.Length; kind++)
        {
            if (_kinds[kind] == 0) continue;
            if (formats.Name(kind) is { } name) statistics.Other(cpu, name, _kinds[kind]);
            else
                for (var n = _kinds[kind]; n > 0; n--) statistics.NotParsed(cpu, "event of a kind the recording does not describe");
            _kinds[kind] = 0;
        }
    }
}

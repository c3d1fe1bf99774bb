using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Counts the events of one piece by event id in an array, and adds the counts to the statistics when the piece is done.
/// </summary>
internal sealed class EventTally(EventFormats formats)
{
    private readonly long[] _byId = new long[Math.Max(formats.Count, 1)];

    /// <summary>Function calls.</summary>
    public long Calls;

    /// <summary>Records shorter than the format of their event.</summary>
    public long Short;

    /// <summary>
    /// Counts an event that is not a call. Element 0, which is no event's id, counts the events without a format.
    /// </summary>
    public void Other(int id)
    {
        var byId = _byId;
        byId[(uint)id < (uint)byId.Length ? id : 0]++;
    }

    /// <summary>Adds the counts to the statistics and resets them.</summary>
    public void Flush(TraceStatistics statistics, int cpu)
    {
        if (Calls > 0) statistics.Count(cpu, Calls);
        for (; Short > 0; Short--) statistics.NotParsed(cpu, "record shorter than its event format");
        Calls = 0;
        for (var id = 0; id < _byId.Length; id++)
        {
            if (_byId[id] == 0) continue;
            if (formats.Name(id) is { } name) statistics.Other(cpu, name, _byId[id]);
            else
                for (var n = _byId[id]; n > 0; n--) statistics.NotParsed(cpu, "event without a format");
            _byId[id] = 0;
        }
    }
}

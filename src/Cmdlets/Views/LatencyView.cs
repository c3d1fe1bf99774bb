namespace KernelMagnifier.Cmdlets.Views;

/// <summary>Chooses the view of latencies by what is known of them.</summary>
internal static class LatencyView
{
    /// <summary>
    /// The view that has the columns of key, time range, recording and note if some of the latencies have them.
    /// </summary>
    public static TaggedView Of(IReadOnlyCollection<Latency.Latency> latencies)
    {
        var parts = new List<string>();
        if (latencies.Any(latency => latency.From is not null)) parts.Add("Time");
        if (latencies.Any(latency => latency.Key is not null)) parts.Add("Key");
        var recordings = latencies.Select(latency => latency.Recording).Distinct().Take(2).Count();
        if (recordings > 1) parts.Add("Recording");
        else if (latencies.Any(latency => latency.Note is not null) && !parts.Contains("Time")) parts.Add("Note");
        return new(parts.Count == 0 ? null : $"{typeof(Latency.Latency).FullName}#{string.Join('+', parts)}");
    }
}

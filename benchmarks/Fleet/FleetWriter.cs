using System.Globalization;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>Writes the tables of a generated recording.</summary>
/// <param name="profile">What the fleet is like.</param>
/// <param name="open">Opens a table of the recording.</param>
internal sealed class FleetWriter(FleetProfile profile, Func<FleetRecording, string, FleetRows> open)
{
    private const string Nanoseconds = "Nanoseconds";

    /// <summary>Writes all tables of a recording.</summary>
    public void Write(FleetRecording recording)
    {
        var lengths = new Dictionary<string, List<long>>();
        using (var rows = open(recording, "intervals"))
            foreach (var interval in recording.Make(profile))
            {
                var one = profile.Classes[interval.Class];
                if (!lengths.TryGetValue(one.Kind, out var ofKind)) lengths.Add(one.Kind, ofKind = []);
                ofKind.Add(interval.Length);
                Write(rows, recording, one, interval);
            }
        using (var rows = open(recording, "edges"))
            foreach (var edge in recording.Edges(profile)) Write(rows, recording, edge);
        var (begin, sequence) = (unchecked((int)recording.Began), (short)recording.Sequence);
        var id = new Guid(begin, sequence, 0x4000, [0x80, 0, .. Tail(recording.Host)]).ToString();
        using (var rows = open(recording, "latencies"))
            foreach (var (kind, ofKind) in lengths.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                Write(rows, recording, kind, ofKind, id);
        using (var rows = open(recording, "logs")) WriteLog(rows, recording, id);
    }

    private static void Write(FleetRows rows, FleetRecording recording, FleetClass one, in FleetInterval interval)
    {
        var part = one.Part is { } share ? (long)(share * interval.Length) : (long?)null;
        var pid = interval.ProcessId > 0 ? interval.ProcessId : (long?)null;
        Begin(rows, recording);
        rows.Text(one.Kind);
        rows.Text(one.IsOfTask ? pid?.ToString(CultureInfo.InvariantCulture) : one.Key);
        rows.Text(one.Name);
        rows.Text(one.Comm);
        rows.Number(pid);
        rows.Time(recording.Booted + interval.Start);
        rows.Number(interval.Start);
        rows.Number(interval.Start + interval.Length);
        rows.Number(interval.Length);
        rows.Number(interval.Cpu);
        rows.Number(interval.PreviousCpu);
        rows.Number(one.Kind == "Wakeup" ? interval.PreviousCpu : null);
        rows.Number(one.WakerComm is null ? null : 900 + one.WakerComm.Length);
        rows.Text(one.WakerComm);
        rows.Text(one.WakerContext);
        rows.Text(one.Basis);
        rows.Number(one.Kind == "Syscall" ? part : null);
        rows.Number(one.Kind == "Syscall" && part is not null ? 0 : null);
        rows.Number(one.Kind == "Syscall" ? interval.Length - part : null);
        rows.Number(one.Kind == "Wakeup" ? part : null);
        rows.Number(one.Kind is "Syscall" or "Wakeup" ? null : part);
        rows.Text(Nanoseconds);
        rows.End();
    }

    private static void Write(FleetRows rows, FleetRecording recording, FleetEdge edge)
    {
        Begin(rows, recording);
        rows.Text(edge.Caller);
        rows.Text(edge.Callee);
        rows.Number(edge.Count);
        rows.Number(edge.Total);
        rows.Number(edge.Self);
        for (var i = 0; i < 4; i++) rows.Text(null);
        rows.Number(null);
        rows.Number(null);
        rows.Text("Caller");
        rows.End();
    }

    private static void Write(FleetRows rows, FleetRecording recording, string kind, List<long> lengths, string id)
    {
        lengths.Sort();
        var histogram = new LatencyHistogram();
        foreach (var length in lengths) histogram.Add(length);
        var buckets = histogram.Buckets().ToArray();
        Begin(rows, recording);
        rows.Text(kind);
        rows.Text(null);
        rows.Text(null);
        rows.Text(null);
        rows.Number(null);
        rows.Number(null);
        rows.Time(null);
        rows.Time(null);
        rows.Number(null);
        rows.Number(null);
        rows.Number(lengths.Count);
        rows.Number(lengths.Sum());
        rows.Number(lengths[0]);
        foreach (var thousandths in (ReadOnlySpan<int>)[500, 900, 990, 999]) rows.Number(Percentile(lengths, thousandths));
        rows.Number(lengths[^1]);
        rows.Real((double)lengths.Sum() / lengths.Count);
        rows.Numbers(buckets.Select(bucket => (long?)bucket.From));
        rows.Numbers(buckets.Select(bucket => bucket.Until));
        rows.Numbers(buckets.Select(bucket => (long?)bucket.Count));
        rows.Text(Nanoseconds);
        rows.Text("Exact");
        rows.Text(null);
        rows.Text(id);
        rows.Text("{}");
        rows.End();
    }

    private static void WriteLog(FleetRows rows, FleetRecording recording, string id)
    {
        // Every interval has two events.
        var events = recording.Intervals * 2L;
        WriteLog(rows, recording, id, "Completed", events, (long)(events * recording.Lost));
        if (recording.IsDropped) WriteLog(rows, recording, id[..^1] + "d", "Dropped", null, null);
    }

    private static void WriteLog(FleetRows rows, FleetRecording recording, string id, string status, long? events, long? lost)
    {
        Begin(rows, recording);
        rows.Text(id);
        rows.Time(recording.Began);
        rows.Number(events is null ? null : FleetPlan.Span);
        rows.Text(status);
        rows.Text(events is null ? "The receiver was away for too long: 12 records were dropped." : null);
        rows.Text("hourly");
        rows.Text("00000000-0000-4000-8000-000000000001");
        rows.Number(recording.Sequence);
        rows.Text(recording.Host);
        rows.Text("boot-" + recording.Host);
        rows.Text("6.1.0-56-amd64");
        rows.Text("x86_64");
        rows.Number(recording.Cpus);
        rows.Text("Events");
        rows.Number(events);
        rows.Number(lost);
        rows.Number(events is null ? null : (long)(FleetPlan.Span * recording.Cost));
        rows.Number(events is null ? null : FleetPlan.Span + 40_000_000);
        rows.Text("{}");
        rows.End();
    }

    private static void Begin(FleetRows rows, FleetRecording recording)
    {
        rows.Text(recording.Host);
        rows.Text(recording.Name);
    }

    /// <summary>By nearest rank, as the product defines it.</summary>
    private static long Percentile(List<long> ascending, int thousandths)
        => ascending[(int)(((long)ascending.Count * thousandths + 999) / 1000) - 1];

    private static byte[] Tail(string host) => [.. System.Text.Encoding.ASCII.GetBytes(host.PadLeft(6, '0')[^6..])];
}

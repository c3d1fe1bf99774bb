using System.Text;
using System.Text.Json;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Fuzzing;

/// <summary>The output of bpftrace: each line is results, or a result that says it cannot be read, in whatever pieces it comes.</summary>
internal sealed class ProbeOutputTarget() : FuzzTarget("probe-output")
{
    /// <summary>Every type of object once.</summary>
    public static readonly byte[] Seed = """
        {"type": "attached_probes", "data": {"probes": 1}}
        {"type": "map", "data": {"@m": {"bash,1": 5, "a\uffffffe9,b,2": -1}}}
        {"type": "map", "data": {"@k": {"x,\n    f+1\n    g+2\n": 3}}}
        {"type": "map", "data": {"@t": [1,"two",-3]}}
        {"type": "hist", "data": {"@h": {"k": [{"max": -1, "count": 1}, {"min": 0, "max": 0, "count": 2}, {"min": 1, "count": 3}]}}}
        {"type": "stats", "data": {"@s": {"count": 2, "average": 3, "total": 6}}}
        {"type": "printf", "data": "a b 5 7\n"}
        {"type": "time", "data": "11:29:56\n"}
        {"type": "value", "data": [1,"x"]}
        {"type": "lost_events", "data": {"events": 7}}
        {"type": "helper_error", "helper": "probe_read", "retcode": -14, "line": 2, "col": 29}
        {"kind": "Histogram", "name": "@h", "count": 1, "histogram": [{"from": 1, "until": 2, "count": 1}]}
        Attaching 1 probe...
        """u8.ToArray();

    private static readonly ProbeManifest Manifest = new()
    {
        Name = "p", Version = "1.0.0", Title = "", Owner = "", Purpose = "", Reading = "",
        Maps =
        [
            new() { Name = "@m", Meaning = "", IsUnsigned = true, Keys = [new("comm", "text", null), new("pid", "integer", null)] },
            new() { Name = "@k", Meaning = "", Keys = [new("comm", "text", null), new("stack", "kstack", null)] },
            new() { Name = "@h", Meaning = "", Unit = "us", Interval = "Wakeup", Keys = [new("k", "text", null)] },
        ],
        Lines = [new("line", @"%s %5d %x\n", [new("a", "text", null), new("b", "integer", null), new("c", "integer", null)], "")],
    };

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var (results, findings) = Results(input, input.Length);
        foreach (var result in results)
        {
            Check(result.Count is null || result.Histogram is null || result.Count == result.Histogram.Sum(range => range.Count), $"{result}");
            Check(ResultStacks.Edges(result).All(edge => edge.Count > 0), $"{result}");
        }
        Check(results.Count(result => result.Kind == "Unknown") >= findings.Unreadable, $"{findings.Unreadable} lines are missing");
        Check(RangedLatency(results) >= 0, $"a latency has no intervals");
        var text = string.Join('\n', results.Select(Json));
        if (input.Length == 0 || Draw(input) % 4 != 0) return;
        Check(string.Join('\n', Results(input, 1 + (int)(Draw(input) % 64)).Results.Select(Json)) == text, $"pieces give other results");
    }

    private static long RangedLatency(List<ProbeResult> results)
        => Latency.RangedLatency.Merge(results.Select(result => ResultLatencies.Of(result, Latency.IntervalKind.Wakeup))
            .OfType<Latency.Latency>()).Sum(latency => latency.Count);

    private static (List<ProbeResult> Results, OutputFindings Findings) Results(ReadOnlySpan<byte> input, int size)
    {
        var results = new List<ProbeResult>();
        var (reader, lines) = (new ProbeOutputReader(Manifest, results.Add), new OutputLines());
        for (var at = 0; at < input.Length; at += size) lines.Add(input.Slice(at, Math.Min(size, input.Length - at)), reader);
        lines.Finish(reader);
        reader.Finish();
        return (results, reader.Findings);
    }

    private static string Json(ProbeResult result)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) ProbeResultJson.Write(json, result);
        return Encoding.UTF8.GetString(stream.ToArray()) + result + ResultReports.Of([result], null, null).Sections.Count;
    }
}

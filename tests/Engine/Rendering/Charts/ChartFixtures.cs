using KernelMagnifier.Latency;
using KernelMagnifier.Rendering.Charts;

namespace KernelMagnifier.Engine.Tests.Rendering.Charts;

/// <summary>Makes series of pseudo-random lengths.</summary>
internal static class ChartFixtures
{
    /// <summary>Names that must not become markup, commands or controls.</summary>
    public static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "]]>", "<![CDATA[", "<!-- -->", "&lt;&#0;&unknown;", "\"' onload='x", "</title></svg><svg/onload=alert(1)>",
        "a\0b\x1b[31mred\x07\x9b", "\u202egnp.exe\u2066\u200b\ufeff", "lone \ud800 surrogate \udc00", "\ufffe\uffff", "line\nbreak\r\n\u2028\u2029\u0085",
        "`touch INJECTED`", "'; system('touch INJECTED'); '", "\"; !touch INJECTED; \"", "@macro @x $x {/Bold x} %s \\", "'", "''", "'' . system(\"touch INJECTED\") . ''", "\\", "\\'",
        "a\nsystem 'touch INJECTED'\n", "END_OF_DATA\n!touch INJECTED\n", new string('x', 10_000), new string('<', 10_000), new string('\u202e', 10_000), " ", "𝄞é漢字",
    ];

    public static ChartSeries Series(string kind, string key = "", int count = 2000, int seed = 1, string? recording = null, string? doubt = null)
    {
        var random = new Random(seed);
        var times = new TimeHistogram(0);
        var counts = new SortedDictionary<int, long>();
        var lengths = Enumerable.Range(0, count).Select(_ => (long)Math.Pow(2, 7 + (random.NextDouble() * 18))).ToList();
        foreach (var length in lengths)
        {
            times.Add(random.NextInt64(2_000_000_000), length);
            var bucket = TimeHistogram.BucketOf(length);
            counts[bucket] = counts.GetValueOrDefault(bucket) + 1;
        }
        var sorted = lengths.Order().ToList();
        return new ChartSeries
        {
            Kind = kind, Key = key, Recordings = recording is null ? [] : [recording], Count = count, Min = sorted[0], Max = sorted[^1],
            Percentiles = new[] { 500, 900, 990 }.ToDictionary(r => r, r => sorted[(int)Math.Ceiling(count * (r / 1000.0)) - 1]),
            Buckets = LatencySeries.Clipped(counts.Select(c => new LatencyBucket(TimeHistogram.LowOf(c.Key), TimeHistogram.HighOf(c.Key), c.Value)), sorted[^1]),
            OverTime = times, Doubt = doubt,
        };
    }

    /// <summary>A series whose names are all the same text.</summary>
    public static ChartSeries Named(string name) => Series(name, name, 50, recording: name, doubt: name);
}

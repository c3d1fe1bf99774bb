using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Files;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Comparison.Baselines;

/// <summary>Reads the text of a baseline. It is untrusted: every value is checked, and every number of rows has a limit.</summary>
internal static class BaselineReader
{
    private const int MostRecordings = 1000, MostLatencies = 65_536, MostParts = 65_536, MostEdges = 70_000, MostKinds = 20_000;

    private const int LongestName = 4096;

    // Pairs of a bucket and a count, or a count for each block.
    private const int LongestList = TimeHistogram.Buckets * 24;

    // Sums of fewer cannot overflow.
    private const long MostCounted = 1L << 46;

    /// <summary>Reads a baseline.</summary>
    /// <exception cref="JsonFileException">A value is not allowed.</exception>
    /// <exception cref="InvalidOperationException">A value has another type.</exception>
    /// <exception cref="KeyNotFoundException">A value is missing.</exception>
    public static TraceBaseline Read(JsonElement root, string path)
    {
        if (Text(root, "schema") != BaselineFile.Schema) throw new JsonFileException("its schema is another one.");
        if (root.GetProperty("version").GetInt32() is var version && version != BaselineFile.Version)
            throw new JsonFileException(string.Create(CultureInfo.InvariantCulture,
                $"its version is {version}, and this program knows version {BaselineFile.Version}."));
        var plan = new SamplePlan
        {
            Kinds = [.. Rows(root, "kinds", IntervalKinds.All.Count).Select(kind => Name<IntervalKind>(kind.GetString()))],
            HasIntervals = root.GetProperty("intervals").GetBoolean(), HasCalls = root.GetProperty("calls").GetBoolean(),
            HasCallLengths = root.GetProperty("callLengths").GetBoolean(), By = Grouping(Text(root, "by")),
        };
        if (!DateTimeOffset.TryParse(Text(root, "created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created))
            throw new JsonFileException("the time at which it was created is none.");
        return new TraceBaseline(plan, [.. Rows(root, "recordings", MostRecordings).Select(recording => Recording(recording, plan))])
        { Path = path, Created = created.ToUniversalTime(), Inputs = Files.InputIdentity.Of([path]) };
    }

    private static TraceSample Recording(JsonElement recording, SamplePlan plan)
    {
        var facts = recording.GetProperty("info");
        var kinds = new Dictionary<string, long>();
        foreach (var kind in recording.GetProperty("eventKinds").EnumerateObject())
            if (kinds.Count >= MostKinds || kind.Name.Length > LongestName || !kinds.TryAdd(kind.Name, Count(kind.Value)))
                throw new JsonFileException("it has too many kinds of events, or one of them twice.");
        var sample = new TraceSample
        {
            Info = Info(facts, kinds), Machine = OptionalText(facts, "machine"), Plan = plan, BlockWidth = Count(facts.GetProperty("blockWidth")),
            IsRecording = false, Latencies = [.. Rows(recording, "latencies", MostLatencies).Select(Latency)],
            Contributions = [.. Rows(recording, "contributions", MostParts).Select(Contribution)],
            Calls = [.. Rows(recording, "edges", MostEdges).Select(Call)],
        };
        if (sample.Latencies.Select(latency => (latency.Kind, latency.Key)).Distinct().Count() < sample.Latencies.Count
            || sample.Calls.Select(call => (call.Caller, call.Callee)).Distinct().Count() < sample.Calls.Count
            || sample.Contributions.Select(part => (part.Kind, part.What, part.Name)).Distinct().Count() < sample.Contributions.Count)
            throw new JsonFileException("a row is in it twice.");
        if (sample.Calls.Select(call => call.Blocks.Count).Distinct().Count() > 1)
            throw new JsonFileException("the edges of a recording have different numbers of blocks.");
        return sample;
    }

    private static TraceInfo Info(JsonElement facts, Dictionary<string, long> kinds)
    {
        long? first = OptionalNumber(facts, "firstTime"), last = OptionalNumber(facts, "lastTime");
        if (first is null != last is null || first > last) throw new JsonFileException("a recording ends before it begins.");
        var observed = OptionalNumber(facts, "observedTime");
        if (observed < 0) throw new JsonFileException("the observed time of a recording is negative.");
        return new TraceInfo(Text(facts, "path"))
        {
            Format = Text(facts, "format"), Tracer = OptionalText(facts, "tracer"), Clock = OptionalText(facts, "clock"),
            Unit = Name<ClockUnit>(Text(facts, "clockUnit")), KernelRelease = OptionalText(facts, "kernelRelease"),
            BuildId = OptionalText(facts, "buildId"), Cpus = (int?)OptionalCount(facts, "cpus"), Calls = Count(facts.GetProperty("calls")),
            Events = Count(facts.GetProperty("events")), LeafReturns = Count(facts.GetProperty("leafReturns")),
            LostEvents = Count(facts.GetProperty("lostEvents")), LostEventsIsMinimum = facts.GetProperty("lostEventsIsMinimum").GetBoolean(),
            FirstTime = first, LastTime = last, ObservedTime = observed, EventKinds = kinds,
        };
    }

    private static LatencySample Latency(JsonElement row)
    {
        long Length(string name) => row.GetProperty(name).GetInt64() is >= 0 and var length
            ? length : throw new JsonFileException("a length is negative.");
        var latency = new LatencySample(Name<IntervalKind>(Text(row, "kind")), OptionalText(row, "key"))
        {
            Count = Count(row.GetProperty("count")), Sum = Length("sum"), Min = Length("min"), Max = Length("max"), P50 = Length("p50"),
            P90 = Length("p90"), P99 = Length("p99"),
            Times = TimeHistogram.Parse(row.GetProperty("times").GetString()) ?? throw new JsonFileException("a histogram is damaged."),
        };
        return latency.Count > 0 && latency.Min <= latency.P50 && latency.P50 <= latency.P90 && latency.P90 <= latency.P99
            && latency.P99 <= latency.Max ? latency : throw new JsonFileException("the percentiles of a latency are not in order.");
    }

    private static Contribution Contribution(JsonElement row)
    {
        var counts = new List<(int, long)>();
        var last = -1;
        foreach (var pair in LongText(row, "counts").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || Number(pair[..colon]) is not { } bucket || bucket <= last || bucket >= TimeHistogram.Buckets
                || Number(pair[(colon + 1)..]) is not { } count)
                throw new JsonFileException("the counts of a contribution are damaged.");
            counts.Add((last = (int)bucket, count));
        }
        return new Contribution(Name<IntervalKind>(Text(row, "kind")), Text(row, "what"), OptionalText(row, "name"), counts);
    }

    private static CallSample Call(JsonElement row)
    {
        var blocks = LongText(row, "blocks").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => Number(text) ?? throw new JsonFileException("the blocks of an edge are damaged.")).ToArray();
        return blocks.Length <= CallBlocks.MostBlocks
            ? new CallSample(OptionalText(row, "caller"), Text(row, "callee"), blocks, Count(row.GetProperty("untimed")))
            : throw new JsonFileException("an edge has too many blocks.");
    }

    private static JsonElement.ArrayEnumerator Rows(JsonElement of, string name, int most)
    {
        var array = of.GetProperty(name);
        return array.GetArrayLength() <= most ? array.EnumerateArray()
            : throw new JsonFileException(string.Create(CultureInfo.InvariantCulture, $"it has more than {most} {name}."));
    }

    private static string Text(JsonElement of, string name)
        => OptionalText(of, name) ?? throw new JsonFileException($"it has no {name}.");

    private static string? OptionalText(JsonElement of, string name)
    {
        var text = of.GetProperty(name).GetString();
        return text is { Length: > LongestName } ? throw new JsonFileException($"a {name} is too long.") : text;
    }

    private static string LongText(JsonElement of, string name)
        => of.GetProperty(name).GetString() is not { } text ? throw new JsonFileException($"it has no {name}.")
            : text.Length <= LongestList ? text : throw new JsonFileException($"the {name} are too long.");

    private static long? OptionalNumber(JsonElement of, string name)
        => of.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetInt64() : null;

    private static long? OptionalCount(JsonElement of, string name)
        => of.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? Math.Min(Count(value), int.MaxValue) : null;

    private static long Count(JsonElement value) => value.GetInt64() is >= 0 and <= MostCounted and var count
        ? count : throw new JsonFileException("a number is negative or too large.");

    private static long? Number(string text)
        => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostCounted ? number : null;

    private static T Name<T>(string? name) where T : struct, Enum
        => Enum.TryParse<T>(name, out var value) && Enum.IsDefined(value) && value.ToString() == name
            ? value : throw new JsonFileException("a name is not known.");

    private static LatencyGrouping Grouping(string text)
        => Enum.TryParse<LatencyGrouping>(text, out var value) && value.ToString() == text && !value.HasFlag(LatencyGrouping.Recording)
            ? value : throw new JsonFileException("what latencies are by is not known.");
}

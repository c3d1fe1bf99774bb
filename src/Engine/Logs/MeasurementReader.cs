using System.Text.Json;
using KernelMagnifier.Measuring;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Logs;

/// <summary>Makes records of objects of JSON. They are untrusted: every member is checked.</summary>
internal static class MeasurementReader
{
    /// <summary>Reads a record.</summary>
    /// <exception cref="FormatException">A value is not allowed.</exception>
    /// <exception cref="InvalidOperationException">A text is not Unicode.</exception>
    public static Measurement Read(JsonElement element)
    {
        var record = new JsonFields(element, "the record");
        CheckVersion(record);
        var resource = record.OptionalObject("resource");
        // They are not kept, because all records have the same, and must be texts nevertheless.
        foreach (var name in new[] { "service.name", "os.type" }) resource?.OptionalText(name);
        var schedule = record.OptionalObject("schedule");
        var warnings = record.Texts("warnings");
        var latencies = Latencies(record, ref warnings);
        return new Measurement
        {
            Id = record.OptionalId("id") ?? throw new FormatException("the record has no 'id'."),
            Status = record.Choice("status", MeasurementJson.Statuses), Reason = record.OptionalText("reason"),
            Schedule = schedule?.OptionalText("name"), Epoch = schedule?.OptionalId("epoch"),
            Sequence = schedule?.OptionalWhole("sequence", 1), StartTime = record.Time("timestamp"),
            Duration = record.OptionalSpan("durationNanoseconds"), HostName = resource?.OptionalText("host.name"),
            MachineId = resource?.OptionalText("host.id"), BootId = resource?.OptionalText("linux.boot.id"),
            KernelRelease = resource?.OptionalText("os.version"), Machine = Machine(resource),
            Cpus = (int?)resource?.OptionalWhole("host.cpu.count", 1, int.MaxValue),
            Version = resource?.OptionalText("service.version"), Request = Request(record),
            Method = record.OptionalText("method"), Latencies = latencies,
            Counters = record.Objects("counters").Select(Counter).ToArray(), Results = Results(record),
            Events = record.OptionalWhole("events"), LostEvents = record.OptionalWhole("lostEvents"),
            DroppedRecords = record.OptionalWhole("droppedRecords"), Cost = Cost(record.OptionalObject("cost")),
            Warnings = warnings,
        };
    }

    /// <summary>Refuses records of another major version, whose members can mean something else.</summary>
    private static void CheckVersion(JsonFields record)
    {
        var version = record.Text("schemaVersion");
        if (!version.StartsWith("1.", StringComparison.Ordinal) || version.Length is < 3 or > 6
            || version.AsSpan(2).ContainsAnyExceptInRange('0', '9'))
            throw record.Wrong("schemaVersion", $"is not 1.x, such as {MeasurementJson.Version}.");
    }

    /// <summary>The latencies. A newer minor version can have further kinds, which are left out with a warning.</summary>
    private static List<Latency.Latency> Latencies(JsonFields record, ref IReadOnlyList<string> warnings)
    {
        var latencies = new List<Latency.Latency>();
        SortedSet<string>? unknown = null;
        foreach (var one in record.Objects("latencies"))
        {
            if (LatencyJson.Read(one, out var kind) is { } latency) latencies.Add(latency);
            else (unknown ??= new SortedSet<string>(StringComparer.Ordinal)).Add(kind);
        }
        if (unknown is not null)
            warnings = warnings.Append($"Latencies of unknown kinds were left out: {string.Join(", ", unknown)}.").ToArray();
        return latencies;
    }

    private static string? Machine(JsonFields? resource)
        => resource?.OptionalText("linux.machine")
            ?? (resource?.OptionalText("host.arch") is { } architecture ? HostArchitecture.MachineOf(architecture) : null);

    private static MeasurementRequest Request(JsonFields record)
        => record.OptionalObject("request") is not { } request ? throw new FormatException("the record has no 'request'.")
            : new MeasurementRequest
            {
                Preset = request.Texts("preset"), Kind = request.Texts("kind"), By = request.Texts("by"),
                Duration = request.OptionalSpan("durationNanoseconds"), Method = request.OptionalText("method"),
                Probe = request.OptionalText("probe"), Parameter = request.Table("parameter"),
            };

    private static MeasuredCounter Counter(JsonFields counter) => new()
    {
        Name = counter.Text("name"), Attributes = counter.Table("attributes"), Unit = counter.Text("unit"),
        Value = counter.Has("value") ? counter.Real("value") : double.NaN, IsGauge = counter.Flag("isGauge"),
    };

    private static List<ProbeResult> Results(JsonFields record)
    {
        var results = new List<ProbeResult>();
        // The results of one run belong together.
        var run = new object();
        foreach (var one in record.Items("results"))
            results.Add((StoredResults.Is(one) ? StoredResults.Read(one, run) : null)
                ?? throw record.Wrong("results", "has an element that is no result of a probe."));
        return results;
    }

    private static MeasurementCost? Cost(JsonFields? fields) => fields is not { } cost ? null : new MeasurementCost
    {
        CpuTime = cost.OptionalSpan("cpuNanoseconds") ?? TimeSpan.Zero,
        WallTime = cost.OptionalSpan("wallNanoseconds") ?? TimeSpan.Zero,
        PeakMemory = cost.OptionalWhole("peakMemoryBytes"), BytesRead = cost.Whole("bytesRead"),
        BufferMemory = cost.Whole("bufferMemoryBytes"),
    };
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>
/// The metrics of a textfile over all runs: counters grow, so that rates can be made of them, and each record is counted once.
/// </summary>
internal sealed class MetricState
{
    private const string Prefix = "kernel_magnifier_";
    private const string Histogram = "histogram", Counter = "counter", Gauge = "gauge";
    private const string Forgotten = Prefix + "series_forgotten_total";

    // A name of a metric comes from the record, so their number is bounded, too.
    private const int MostSeries = 1000, MostFamilies = 200, MostHistograms = 100, MostIds = 64;

    private static readonly string[] Reserved = ["le", "quantile", "schedule", "instance", "job"];

    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly List<Guid> _ids = [];
    private long _run;

    /// <summary>Whether a record is counted already.</summary>
    public bool Has(Guid id) => _ids.Contains(id);

    /// <summary>Counts a record.</summary>
    public void Add(Measurement record)
    {
        _run++;
        _ids.Add(record.Id);
        if (_ids.Count > MostIds) _ids.RemoveAt(0);
        var schedule = ("schedule", record.Schedule);
        Count("runs_total", "Runs of measurements by what became of them.", 1, schedule, ("status", record.Status));
        Count("events_lost_total", "Events that the kernel lost during measurements.", record.LostEvents, schedule);
        Count("records_dropped_total", "Records that were lost on their way.", record.DroppedRecords, schedule);
        Count("run_cpu_seconds_total", "CPU time of the runs themselves.", record.Cost?.CpuTime.TotalSeconds, schedule);
        Set("last_run_timestamp_seconds", "When the last run ended.", Seconds(record), schedule);
        Set("last_run_duration_seconds", "How long the last run measured.", record.Duration?.TotalSeconds, schedule);
        foreach (var latency in record.Latencies.Where(l => l.Unit == "Nanoseconds" && l.Count > 0)) Add(record, latency);
        foreach (var counter in record.Counters) Add(record, counter);
        Forget();
    }

    /// <summary>The file.</summary>
    public byte[] ToText()
    {
        var text = new StringBuilder();
        foreach (var family in _families.Values.Where(family => family.Series.Count > 0))
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Type).Append('\n');
            foreach (var series in family.Series.Values)
                if (series.Ranges is not null) WriteHistogram(text, family.Name, series);
                else Line(text, family.Name, series.Labels, series.Value);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The state as JSON, which <see cref="Read(byte[])"/> reads.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("run", _run);
            json.WriteStartArray("ids");
            foreach (var id in _ids) json.WriteStringValue(id);
            json.WriteEndArray();
            json.WriteStartArray("families");
            foreach (var family in _families.Values) Write(json, family);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a state; null if it is none.</summary>
    public static MetricState? Read(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var (state, root) = (new MetricState(), document.RootElement);
            state._run = root.GetProperty("run").GetInt64();
            state._ids.AddRange(root.GetProperty("ids").EnumerateArray().Select(id => id.GetGuid()));
            foreach (var json in root.GetProperty("families").EnumerateArray()) state.Read(json);
            return state;
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static double? Seconds(Measurement record)
        => (record.StartTime + (record.Duration ?? TimeSpan.Zero) - DateTimeOffset.UnixEpoch).TotalSeconds;

    private void Add(Measurement record, Latency.Latency latency)
    {
        var labels = MetricText.Labels([("schedule", record.Schedule), ("kind", latency.Kind), ("key", latency.Key),
            ("name", latency.Name)]);
        Family("latency_seconds", Histogram, "Lengths of intervals of the kernel, over all runs.")?.With(labels, _run)
            .Add(latency);
        if (Family("latency_last_run_max_seconds", Gauge, "Longest interval of the last run.") is { } longest)
            longest.With(labels, _run).Value = (latency.MaxNanoseconds ?? 0) / 1e9;
    }

    private void Add(Measurement record, MeasuredCounter counter)
    {
        var (unit, factor) = counter.Unit switch
        {
            "s" => ("_seconds", 1),
            "ms" => ("_seconds", 1e-3),
            "us" => ("_seconds", 1e-6),
            "ns" => ("_seconds", 1e-9),
            "By" => ("_bytes", 1),
            "KiBy" => ("_bytes", 1024),
            "%" => ("_ratio", 0.01),
            "1" when counter.IsGauge => ("_ratio", 1),
            _ => ("", 1d),
        };
        var name = MetricText.Name(counter.Name);
        if (name.EndsWith("_total", StringComparison.Ordinal)) name = name[..^"_total".Length];
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        var help = counter.IsGauge ? $"Value of {MetricText.Name(counter.Name)} at the end of the last run."
            : $"Growth of {MetricText.Name(counter.Name)} during measurements.";
        (string, string?)[] labels =
            [("schedule", record.Schedule), .. counter.Attributes.Select(a => (Label(a.Key), (string?)a.Value))];
        if (counter.IsGauge) Set(name, help, counter.Value * factor, labels);
        // The growth of a counter is not negative; a value that is no number would stay for ever.
        else if (counter.Value * factor is >= 0 and < double.PositiveInfinity and var growth)
            Count(name + "_total", help, growth, labels);
    }

    private static string Label(string attribute)
    {
        var name = MetricText.Name(attribute);
        return name.Length == 0 || char.IsAsciiDigit(name[0]) || Array.IndexOf(Reserved, name) >= 0 ? "attribute_" + name : name;
    }

    private void Count(string name, string help, double? value, params (string Name, string? Value)[] labels)
    {
        if (value is { } growth && Family(name, Counter, help) is { } family)
            family.With(MetricText.Labels(labels), _run).Value += growth;
    }

    private void Set(string name, string help, double? value, params (string Name, string? Value)[] labels)
    {
        if (value is not { } known || Family(name, Gauge, help) is not { } family) return;
        var series = family.With(MetricText.Labels(labels), _run);
        // Records that waited are not always in order.
        series.Value = name.StartsWith("last_run_timestamp", StringComparison.Ordinal) ? Math.Max(series.Value, known) : known;
    }

    private MetricFamily? Family(string name, string type, string help)
    {
        var full = Prefix + name;
        if (!_families.TryGetValue(full, out var family) && _families.Count < MostFamilies)
            _families.Add(full, family = new MetricFamily(full, type, help));
        return family?.Type == type ? family : null;
    }

    /// <summary>Forgets the series that have not been part of a run for the longest time, beyond the numbers of them.</summary>
    private void Forget()
    {
        var count = Forget(_families.Values.Where(family => family.Type == Histogram), MostHistograms)
            + Forget(_families.Values.Where(family => family.Name != Forgotten), MostSeries);
        Count("series_forgotten_total", "Series that were left out because there are too many.", count);
    }

    private static int Forget(IEnumerable<MetricFamily> families, int most)
    {
        var all = families.SelectMany(family => family.Series.Values.Select(series => (family, series))).ToList();
        if (all.Count <= most) return 0;
        foreach (var (family, series) in all.OrderBy(one => one.series.Run).Take(all.Count - most))
            family.Series.Remove(series.Labels);
        return all.Count - most;
    }

    private static void WriteHistogram(StringBuilder text, string name, MetricSeries series)
    {
        var (labels, passed) = (series.Labels.Length == 0 ? "{" : series.Labels[..^1] + ",", 0L);
        for (var i = 0; i < series.Ranges!.Length; i++)
        {
            passed += series.Ranges[i];
            var bound = i == series.Ranges.Length - 1 ? "+Inf" : MetricText.Bound(MetricSeries.FirstBound + i);
            Line(text, name + "_bucket", $"{labels}le=\"{bound}\"}}", passed);
        }
        Line(text, name + "_sum", series.Labels, series.Sum / 1e9);
        Line(text, name + "_count", series.Labels, passed);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
        => text.Append(name).Append(labels).Append(' ').Append(MetricText.Number(value)).Append('\n');

    private static void Write(Utf8JsonWriter json, MetricFamily family)
    {
        json.WriteStartObject();
        json.WriteString("name", family.Name);
        json.WriteString("type", family.Type);
        json.WriteString("help", family.Help);
        json.WriteStartArray("series");
        foreach (var series in family.Series.Values)
        {
            json.WriteStartObject();
            json.WriteString("labels", series.Labels);
            json.WriteNumber("run", series.Run);
            json.WriteNumber("value", double.IsFinite(series.Value) ? series.Value : 0);
            json.WriteNumber("sum", series.Sum);
            json.WriteStartArray("ranges");
            foreach (var count in series.Ranges ?? []) json.WriteNumberValue(count);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Read(JsonElement json)
    {
        var family = new MetricFamily(Text(json, "name"), Text(json, "type"), Text(json, "help"));
        foreach (var one in json.GetProperty("series").EnumerateArray())
        {
            var series = family.With(Text(one, "labels"), one.GetProperty("run").GetInt64());
            (series.Value, series.Sum) = (one.GetProperty("value").GetDouble(), one.GetProperty("sum").GetDouble());
            var ranges = one.GetProperty("ranges").EnumerateArray().Select(count => count.GetInt64()).ToArray();
            if (ranges.Length != (series.Ranges?.Length ?? 0)) throw new FormatException("The ranges are others.");
            ranges.CopyTo(series.Ranges ?? [], 0);
        }
        _families.Add(family.Name, family);

        static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";
    }
}

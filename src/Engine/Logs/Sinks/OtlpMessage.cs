using KernelMagnifier.Measuring;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>A record as a message of OTLP: an <c>ExportMetricsServiceRequest</c> of opentelemetry-proto 1.</summary>
/// <remarks>
/// OpenTelemetry's own library for .NET aggregates measurements that it sees, and gives them the time of its collection. It has
/// no public way to export what was aggregated elsewhere, nor at another time, and does not tell whether the receiver rejected
/// points or asked to wait. A record that waited in the spool needs all three. The tests compare this message with that of the
/// library.
/// </remarks>
internal static class OtlpMessage
{
    private const int Delta = 1; // AGGREGATION_TEMPORALITY_DELTA
    private const string Prefix = "kernel_magnifier.";

    /// <summary>The message.</summary>
    /// <param name="record">The record.</param>
    /// <param name="resource">The attributes of the resource.</param>
    public static byte[] Of(Measurement record, IReadOnlyList<KeyValuePair<string, object>> resource)
    {
        var message = new ProtobufWriter();
        message.Message(1, resourceMetrics =>
        {
            resourceMetrics.Message(1, to => WriteAttributes(to, 1, resource));
            resourceMetrics.Message(2, scopeMetrics =>
            {
                scopeMetrics.Message(1, scope =>
                {
                    scope.Text(1, RecordText.Program);
                    if (record.Version is { } version) scope.Text(2, version);
                });
                WriteRun(scopeMetrics, record);
                WriteLatencies(scopeMetrics, record);
                foreach (var same in record.Counters.GroupBy(counter => (counter.Name, counter.Unit, counter.IsGauge)))
                    WriteNumbers(scopeMetrics, record, same.Key.Name, same.Key.Unit, same.Key.IsGauge, null,
                        same.Select(counter => (counter.Value, Attributes(record, counter.Attributes))));
            });
        });
        return message.ToArray();
    }

    private static void WriteRun(ProtobufWriter to, Measurement record)
    {
        List<KeyValuePair<string, object>> status = [.. Attributes(record), new(Prefix + "status", record.Status)];
        Write("runs", "{run}", 1, "Runs of measurements.", status);
        Write("records.dropped", "{record}", record.DroppedRecords, "Records that were lost on their way.");
        Write("events", "{event}", record.Events, "Events that were read or counted.");
        Write("events.lost", "{event}", record.LostEvents, "Events that the kernel lost.");
        Write("run.cpu.time", "s", record.Cost?.CpuTime.TotalSeconds, "CPU time of the runs.");
        Write("run.wall.time", "s", record.Cost?.WallTime.TotalSeconds, "Time of the runs.");
        Write("run.memory.peak", "By", record.Cost?.PeakMemory, "Most resident memory of the run.", isGauge: true);

        void Write(string name, string unit, double? value, string help, List<KeyValuePair<string, object>>? attributes = null,
            bool isGauge = false)
        {
            if (value is { } known)
                WriteNumbers(to, record, Prefix + name, unit, isGauge, help, [(known, attributes ?? Attributes(record))]);
        }
    }

    private static void WriteLatencies(ProtobufWriter to, Measurement record)
    {
        foreach (var unit in record.Latencies.Where(latency => latency.Count > 0).GroupBy(latency => latency.Unit))
            to.Message(2, metric =>
            {
                metric.Text(1, Prefix + "latency");
                metric.Text(2, "Lengths of intervals of the kernel.");
                metric.Text(3, unit.Key == "Counts" ? "{count}" : "ns");
                metric.Message(10, histogram =>
                {
                    foreach (var latency in unit) histogram.Message(1, point => WriteLatency(point, record, latency));
                    histogram.Whole(2, Delta);
                });
            });
    }

    private static void WriteLatency(ProtobufWriter point, Measurement record, Latency.Latency latency)
    {
        var buckets = new ExponentialBuckets(latency);
        WriteAttributes(point, 1, Attributes(record, latency));
        WriteTimes(point, record);
        point.Fixed(4, (ulong)latency.Count);
        point.Number(5, latency.SumNanoseconds);
        point.Signed(6, buckets.Scale);
        point.Fixed(7, (ulong)buckets.ZeroCount);
        if (buckets.Counts.Count > 0)
            point.Message(8, positive =>
            {
                positive.Signed(1, buckets.Offset);
                positive.Packed(2, buckets.Counts);
            });
        if (latency.MinNanoseconds is { } least) point.Number(12, least);
        if (latency.MaxNanoseconds is { } most) point.Number(13, most);
        if (buckets.ZeroThreshold > 0) point.Number(14, buckets.ZeroThreshold);
    }

    private static void WriteNumbers(ProtobufWriter to, Measurement record, string name, string unit, bool isGauge, string? help,
        IEnumerable<(double Value, List<KeyValuePair<string, object>> Attributes)> points)
        => to.Message(2, metric =>
        {
            metric.Text(1, name);
            if (help is not null) metric.Text(2, help);
            metric.Text(3, unit);
            metric.Message(isGauge ? 5 : 7, data =>
            {
                foreach (var (value, attributes) in points)
                    data.Message(1, point =>
                    {
                        WriteTimes(point, record);
                        point.Number(4, value);
                        WriteAttributes(point, 7, attributes);
                    });
                if (isGauge) return;
                data.Whole(2, Delta);
                data.Whole(3, 1);
            });
        });

    /// <summary>The fields 2 and 3 of every point: when it began and ended, whenever it is sent.</summary>
    private static void WriteTimes(ProtobufWriter point, Measurement record)
    {
        point.Fixed(2, Nanoseconds(record.StartTime));
        point.Fixed(3, Nanoseconds(record.StartTime + (record.Duration ?? TimeSpan.Zero)));
    }

    private static ulong Nanoseconds(DateTimeOffset time)
        => (ulong)Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks) * TimeSpan.NanosecondsPerTick;

    private static List<KeyValuePair<string, object>> Attributes(Measurement record)
        => record.Schedule is { } schedule ? [new(Prefix + "schedule", schedule)] : [];

    private static List<KeyValuePair<string, object>> Attributes(
        Measurement record, IEnumerable<KeyValuePair<string, string>> further)
        => [.. Attributes(record), .. further.Select(pair => new KeyValuePair<string, object>(pair.Key, pair.Value))];

    private static List<KeyValuePair<string, object>> Attributes(Measurement record, Latency.Latency latency)
    {
        var attributes = Attributes(record);
        attributes.Add(new(Prefix + "kind", latency.Kind));
        if (latency.Key is { } key) attributes.Add(new(Prefix + "key", key));
        if (latency.Name is { } name) attributes.Add(new(Prefix + "name", name));
        if (latency.ProcessId is { } process) attributes.Add(new("process.pid", (long)process));
        if (latency.Cpu is { } cpu) attributes.Add(new("cpu.logical_number", (long)cpu));
        return attributes;
    }

    private static void WriteAttributes(ProtobufWriter to, int field, IEnumerable<KeyValuePair<string, object>> attributes)
    {
        foreach (var (name, value) in attributes)
            to.Message(field, pair =>
            {
                pair.Text(1, name);
                pair.Message(2, any =>
                {
                    if (value is long whole) any.Whole(3, whole);
                    else any.Text(1, (string)value);
                });
            });
    }
}

using System.Text.RegularExpressions;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>
/// The values that the osnoise, timerlat and hwlat tracers state. They are measured by the kernel, so no loss changes them.
/// </summary>
internal sealed partial class StatedValues(IntervalOutput output)
{
    private const int Microsecond = 1000;

    /// <summary>What the events of a schema do; null if they state no values.</summary>
    public EventAction? ActionOf(EventSchema schema) => schema.Name switch
    {
        "timerlat" => TimerLat(schema),
        "osnoise" => OsNoise(schema),
        "hwlat" => HwLat(schema),
        "irq_noise" => Noise(schema, IntervalKind.OsNoiseIrq),
        "softirq_noise" => Noise(schema, IntervalKind.OsNoiseSoftIrq),
        "thread_noise" => Noise(schema, IntervalKind.OsNoiseThread),
        "nmi_noise" => Noise(schema, IntervalKind.OsNoiseNmi),
        _ => null,
    };

    /// <summary>The longest latency that the header of a latency tracer states. It is taken to end with the recording.</summary>
    public void Maximum(TraceInfo info)
    {
        // A text in latency format has the line without a latency tracer, too: of 0 us.
        if (info.Latency is not { Nanoseconds: > 0 } latency) return;
        var account = output.Account(IntervalKind.TracerMaximum);
        account.Starts++;
        account.Ends++;
        account.Count++;
        var end = Math.Max(info.LastTime ?? 0, latency.Nanoseconds);
        var open = new OpenInterval { Start = end - latency.Nanoseconds, Cpu = latency.Cpu ?? IntervalRecord.Unknown };
        var interval = IntervalRecord.Of(IntervalKind.TracerMaximum, open, end, open.Cpu);
        interval.Key = output.Names.Key(NameText.Encode(info.Tracer ?? "?"));
        (interval.ProcessId, interval.Basis) = (latency.ProcessId ?? IntervalRecord.Unknown, IntervalBasis.Stated);
        if (latency is { ProcessId: > 0 and var pid, Comm: { } comm }) output.Names.NameIfUnknown(pid, NameText.Encode(comm));
        output.Emit(interval);
    }

    private EventAction TimerLat(EventSchema schema)
    {
        var (context, latency) = (schema.Reader("context"), schema.Reader("timer_latency"));
        return (in EventRecord record) =>
        {
            if (!latency.TryNumber(record.Body, out var value)) return;
            IntervalKind? kind = context.TryNumber(record.Body, out var number)
                ? number switch
                {
                    0 => IntervalKind.TimerLatIrq,
                    1 => IntervalKind.TimerLatThread,
                    2 => IntervalKind.TimerLatUser,
                    _ => null,
                }
                : NameText.Decode(context.Text(record.Body)) switch
                {
                    "irq" => IntervalKind.TimerLatIrq,
                    "thread" => IntervalKind.TimerLatThread,
                    "user-ret" => IntervalKind.TimerLatUser,
                    _ => null,
                };
            if (kind is { } known) State(known, value, 0, record);
        };
    }

    private EventAction OsNoise(EventSchema schema)
    {
        var noise = schema.Reader("noise");
        return (in EventRecord record) =>
        {
            if (noise.TryNumber(record.Body, out var value) && value is >= 0 and < long.MaxValue / Microsecond)
                State(IntervalKind.OsNoise, value * Microsecond, 0, record);
        };
    }

    private EventAction HwLat(EventSchema schema)
    {
        var (inner, outer) = (schema.Reader("duration"), schema.Reader("outer_duration"));
        return (in EventRecord record) =>
        {
            if (!inner.TryNumber(record.Body, out var first) || !outer.TryNumber(record.Body, out var second)) return;
            // The tracer measures inside and between its readings of the clock; the longer of the two is its latency.
            if (Math.Max(first, second) is var value and >= 0 and < long.MaxValue / Microsecond)
                State(IntervalKind.HwLat, value * Microsecond, 0, record);
        };
    }

    private EventAction Noise(EventSchema schema, IntervalKind kind)
    {
        var duration = schema.Reader("duration");
        return (in EventRecord record) =>
        {
            var message = schema.Message(record.Body);
            var match = NoiseText().Match(message);
            if (!duration.TryNumber(record.Body, out var value)
                && !(match.Success && long.TryParse(match.Groups["length"].ValueSpan, out value)))
                return;
            var source = match.Groups["source"] is { Success: true } group ? group.Value : "nmi";
            State(kind, value, output.Names.Key(NameText.Encode(source)), record);
        };
    }

    [GeneratedRegex(@"^\s*(?:(?<source>.*\S)\s+)?start \d+\.\d+ duration (?<length>\d+) ns", RegexOptions.Singleline, 1000)]
    private static partial Regex NoiseText();

    private void State(IntervalKind kind, long value, int key, in EventRecord record)
    {
        if (value < 0 || record.Time == CallRecord.NoTime) return;
        var account = output.Account(kind);
        account.Starts++;
        account.Ends++;
        account.Count++;
        output.Name(record);
        var start = new OpenInterval { Start = record.Time - value, Cpu = record.Cpu };
        var interval = IntervalRecord.Of(kind, start, record.Time, record.Cpu);
        (interval.Key, interval.ProcessId, interval.Basis) = (key, record.ProcessId, IntervalBasis.Stated);
        output.Emit(interval);
    }
}

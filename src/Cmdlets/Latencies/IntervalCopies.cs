using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>Makes intervals of their copies that come back from a file or another process. Their values are untrusted.</summary>
internal sealed class IntervalCopies
{
    private const string Type = "KernelMagnifier.Latency.Interval";
    private const double LatestSeconds = 1.8e9, MostCounts = 4e18;

    private readonly DetachedCalls _contexts = new();
    private readonly Dictionary<TraceContext, LatencyNames> _names = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether an object is the copy of an interval.</summary>
    public static bool Is(InputProperties input) => LatencyCopy.Is(input, Type);

    /// <summary>The interval.</summary>
    /// <exception cref="InputException">A value is not that of an interval.</exception>
    public Interval Of(InputProperties input)
    {
        var unit = input.Text(nameof(Interval.Unit)) == nameof(ClockUnit.Counts) ? ClockUnit.Counts : ClockUnit.Nanoseconds;
        var context = _contexts.Context(input.Recording, unit);
        if (!_names.TryGetValue(context, out var names)) _names.Add(context, names = new LatencyNames());
        var start = Time(input, nameof(Interval.Start), unit);
        var length = input.Integer(nameof(Interval.DurationNanoseconds), 0, (long)MostCounts)
            ?? throw Missing(nameof(Interval.DurationNanoseconds));
        var kind = Parse<IntervalKind>(input, nameof(Interval.Kind)) ?? throw Missing(nameof(Interval.Kind));
        var isSyscall = kind == IntervalKind.Syscall;
        var record = new IntervalRecord
        {
            Kind = kind, Start = start, End = start + length, ProcessId = Number(input, nameof(Interval.ProcessId)),
            Cpu = Number(input, nameof(Interval.Cpu)), StartCpu = Number(input, nameof(Interval.StartCpu)),
            PreviousCpu = Number(input, nameof(Interval.PreviousCpu)), Waker = Number(input, nameof(Interval.Waker)),
            WakerContext = Parse<ExecutionContext>(input, nameof(Interval.WakerContext)) ?? ExecutionContext.Unknown,
            Basis = Parse<IntervalBasis>(input, nameof(Interval.Basis)) ?? default,
            // A record has one place for both.
            OnCpu = Part(input, isSyscall ? nameof(Interval.OnCpuNanoseconds) : nameof(Interval.NetNanoseconds), length),
            Runnable = Part(input, nameof(Interval.RunnableNanoseconds), length),
            Blocked = Part(input, nameof(Interval.BlockedNanoseconds), length),
            Placement = Part(input, nameof(Interval.PlacementNanoseconds), length),
            Key = HasKey(kind) && input.Text(nameof(Interval.Key)) is { } key ? names.Key(NameText.Encode(key)) : 0,
        };
        if (record.ProcessId >= 0 && input.Text(nameof(Interval.Comm)) is { } comm)
            names.Name(record.ProcessId, NameText.Encode(comm));
        if (record.Waker >= 0 && input.Text(nameof(Interval.WakerComm)) is { } waker)
            names.Name(record.Waker, NameText.Encode(waker));
        return new Interval(context, names, in record) { CopiedName = isSyscall ? input.Text(nameof(Interval.Name)) : null };
    }

    /// <summary>A time of an object, in nanoseconds or counts.</summary>
    /// <exception cref="InputException">The object has no such time.</exception>
    public static long Time(InputProperties input, string name, ClockUnit unit)
        => (unit == ClockUnit.Counts ? input.Scaled(name, 1, -MostCounts, MostCounts)
            : input.Scaled(name, 1_000_000_000, -LatestSeconds, LatestSeconds)) ?? throw Missing(name);

    private static InputException Missing(string name) => new(name, null, "an interval");

    /// <summary>A part of the length; <see cref="IntervalRecord.Unknown"/> for none.</summary>
    private static long Part(InputProperties input, string name, long length)
        => input.Integer(name, 0, length) ?? IntervalRecord.Unknown;

    private static int Number(InputProperties input, string name)
        => (int)(input.Integer(name, 0, int.MaxValue) ?? IntervalRecord.Unknown);

    private static bool HasKey(IntervalKind kind) => IntervalKinds.KeyOf(kind) is not (KeyKind.Task or KeyKind.Cpu or KeyKind.None);

    private static T? Parse<T>(InputProperties input, string name) where T : struct, Enum
        => input.Text(name) is not { } text ? null
            : Enum.GetNames<T>().Contains(text) ? Enum.Parse<T>(text)
            : throw new InputException(name, text, $"one of {string.Join(", ", Enum.GetNames<T>())}");
}

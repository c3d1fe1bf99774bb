using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Latency;
using KernelMagnifier.Recording;
using KernelMagnifier.Replay;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The options of the watch command.</summary>
internal static class WatchOptions
{
    private const string Live = "The running kernel", What = "What to watch", Form = "Output";

    private static readonly CliOption Speed = new("speed",
        "The speed: 1 is that of the recording, max is as fast as possible [default: 1; as it comes from - and a FIFO]")
    { Value = "N" };

    /// <summary>Reports how late the records were.</summary>
    public static readonly CliOption Lateness = new("lateness", "Report at the end how late the calls and events were");

    private static readonly CliOption Event = new("event",
        "The kernel events that match, such as 'sched:*', instead of calls; '*' for all events")
    { Value = "SYSTEM:NAME", IsList = true, Section = What };

    private static readonly CliOption WithCall = new("with-call", "With --event: calls, too, in time order") { Section = What };

    private static readonly CliOption Every = new("every", "Write latencies of each such time range when it is over, such as 1s")
    { Value = "TIME", Section = What };

    private static readonly CliOption Kind
        = LatencyCommand.Kind with { Help = "With --every: the kinds of latencies", Section = What };

    private static readonly CliOption By
        = LatencyCommand.By with { Help = "With --every: what latencies are by", Section = What };

    /// <summary>Counts instead of measuring.</summary>
    public static readonly CliOption Count = new("count", "With --every: count calls by function and events by kind instead")
    { Section = What };

    /// <summary>Writes text.</summary>
    public static readonly CliOption Text = new("text", "Write lines as the kernel's trace_pipe has them, for other tools")
    { Section = Form };

    /// <summary>Writes JSON.</summary>
    public static readonly CliOption Json = new("json", "Write a JSON object per line") { Section = Form };

    /// <summary>The file to write.</summary>
    public static readonly CliOption Output = new("output", "Write to this file or FIFO instead of standard output")
    { Value = "FILE", Short = 'o', IsFile = true, Section = Form };

    private static readonly CliOption IsLiveOption = new("live", "Watch the running kernel; needs root") { Section = Live };

    private static readonly CliOption Preset = new("preset",
        "Presets of events [default: scheduling, if there is no --event and no --function]")
    {
        Value = "NAME", IsList = true, Section = Live, Suggestions = [.. EventPreset.Names.Select(n => n.ToLowerInvariant())],
    };

    private static readonly CliOption Duration = new("duration", "How long, in seconds or with a unit [default: until Ctrl-C]")
    { Value = "TIME", Section = Live };

    private static readonly CliOption BufferSize = new("buffer-size",
        "The size of the kernel's buffer per CPU [default: up to 4MB, depending on memory]")
    { Value = "SIZE", Short = 'b', Section = Live };

    /// <summary>All options, without those of recordings.</summary>
    public static readonly IReadOnlyList<CliOption> All =
    [
        Speed, Lateness, Event, WithCall, Every, Kind, By, Count, Text, Json, Output, IsLiveOption, Preset, Duration, BufferSize,
    ];

    /// <summary>Whether the running kernel is watched.</summary>
    public static bool IsLive(Arguments arguments) => arguments.Has(IsLiveOption);

    /// <summary>Refuses options that contradict each other or have no effect.</summary>
    public static void Check(Arguments arguments)
    {
        void Exclude(CliOption a, CliOption b)
        {
            if (arguments.Has(a) && arguments.Has(b)) throw CliException.Usage($"{a} and {b} exclude each other. Choose one.");
        }
        void Need(CliOption a, CliOption b)
        {
            if (arguments.Has(a) && !arguments.Has(b)) throw CliException.Usage($"{a} needs {b}. Give it, or omit {a}.");
        }
        Exclude(Text, Json);
        Exclude(Text, Every);
        Exclude(Count, Kind);
        Exclude(Count, By);
        Exclude(IsLiveOption, Speed);
        foreach (var option in new[] { Kind, By, Count }) Need(option, Every);
        foreach (var option in new[] { Preset, Duration, BufferSize }) Need(option, IsLiveOption);
        if (!IsLive(arguments)) Need(WithCall, Event);
        if (EveryOf(arguments) is not null && !arguments.Has(Count) && PlanOf(arguments).Kinds is [IntervalKind.Call])
            throw CliException.Usage($"{Every} measures no calls. Use the command latency, or {Count}.");
    }

    /// <summary>The speed of a recording; null for as fast as possible, and for one that comes by itself.</summary>
    public static double? SpeedOf(Arguments arguments, string file)
        => arguments.Text(Speed) is not { } text ? ReplayPace.DefaultOf(file)
            : text.Equals("max", StringComparison.OrdinalIgnoreCase) ? null
            : arguments.Number(Speed, ReplayPace.Slowest, ReplayPace.Fastest);

    /// <summary>The length of the time ranges in nanoseconds; null if none are measured.</summary>
    public static long? EveryOf(Arguments arguments) => IntervalOptions.Duration(arguments, Every, least: 1);

    /// <summary>The events that are asked for; null for none.</summary>
    public static EventFilter? EventsOf(Arguments arguments, CallFilter filter)
    {
        if (arguments.List(Event) is not { Count: > 0 } patterns) return null;
        if (!arguments.Has(WithCall) && EventFilter.NotForEvents(filter) is { } property)
            throw CliException.Usage($"{FilterOptions.NameOf(property)} applies to calls, and {Event} watches kernel events. "
                + $"Omit it, or add {WithCall}.");
        return EventFilter.Of(patterns, filter, arguments.Has(WithCall));
    }

    /// <summary>The events that a measurement of latencies needs: those that are asked for, or all.</summary>
    public static EventFilter AllEvents(EventFilter? asked, CallFilter filter) => asked ?? EventFilter.Of(["*"], filter);

    /// <summary>What to measure of each time range.</summary>
    public static LatencyPlan PlanOf(Arguments arguments)
    {
        var kinds = new List<IntervalKind>();
        foreach (var pattern in arguments.List(Kind))
            kinds.AddRange(IntervalKinds.Find(pattern) ?? throw CliException.Usage(
                $"{Kind} does not accept '{pattern}'. Use one of: {string.Join(", ", IntervalKinds.Names)}."));
        var plan = new LatencyPlan
        {
            Kinds = kinds, Every = EveryOf(arguments), ByEnd = true, Worst = 0,
            By = arguments.List(By).Aggregate(
                LatencyGrouping.None, (all, name) => all | Enum.Parse<LatencyGrouping>(name, ignoreCase: true)),
        };
        return plan.Contradiction(Kind.ToString(), By.ToString()) is var (cause, action)
            ? throw CliException.Usage($"{cause} {action}") : plan;
    }

    /// <summary>What of the running kernel is watched.</summary>
    public static LiveWatchRequest LiveOf(Arguments arguments, CallFilter filter, TraceReadOptions reading) => new()
    {
        Presets = arguments.List(Preset), Events = arguments.List(Event), Functions = filter.Function,
        ExcludedFunctions = filter.ExcludeFunction, Modules = filter.Module, ExcludedModules = filter.ExcludeModule,
        BufferSize = arguments.Bytes(BufferSize),
        Duration = IntervalOptions.Duration(arguments, Duration, least: 1) is { } nanoseconds
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : null,
        DedicatedProcess = true, Reading = reading,
    };
}

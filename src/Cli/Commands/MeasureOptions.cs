using System.Globalization;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The options that say what to measure, within which bounds, and where the record goes.</summary>
internal static class MeasureOptions
{
    private const string What = "What to measure", Limits = "Limits", Where = "Where the record goes";

    private static readonly string[] Methods = ["auto", "events", "kernel"];

    private static readonly CliOption Preset = new("preset",
        $"Presets: {string.Join(", ", MeasurementPreset.Names.Select(name => name.ToLowerInvariant()))} "
        + "[default: scheduling]. pressure reads counters of /proc and needs no tracing")
    {
        Value = "NAME", IsList = true, Section = What,
        Suggestions = [.. MeasurementPreset.Names.Select(name => name.ToLowerInvariant())],
    };

    private static readonly CliOption Kind = LatencyCommand.Kind with { Section = What };

    private static readonly CliOption By = new("by", "What latencies are by, where several values give each combination")
    {
        Value = "WHAT", IsList = true, Section = What,
        Choices = ["task", "cpu", "syscall", "irq", "vector", "function", "device", "key"],
    };

    private static readonly CliOption Top = new("top", "The most rows of each kind; those with the largest sums are kept")
    { Value = "N", Default = "50", Section = What };

    private static readonly CliOption Method = new("method",
        "Read every event, or let the kernel count into histograms; auto does the second when the first is too much")
    { Value = "METHOD", Choices = Methods, Default = "auto", Section = What };

    private static readonly CliOption Probe = new("probe", "Run this approved probe of the workbench instead")
    { Value = "NAME", Section = What };

    private static readonly CliOption Param = new("param", "A parameter of the probe; can be repeated")
    { Value = "NAME=VALUE", Section = What };

    private static readonly CliOption Library = new("library", "Use this library of probes instead of the machine's")
    { Value = "DIR", IsFile = true, Section = What };

    private static readonly CliOption Policy = ProbeRunOptions.Policy with { Section = What };

    private static readonly CliOption Duration = new("duration", "How long to measure, in seconds or with a unit")
    { Value = "TIME", Default = "10", Section = Limits };

    private static readonly CliOption BufferSize = new("buffer-size",
        "The size of the kernel's buffer per CPU [default: up to 4MB, depending on memory]")
    { Value = "SIZE", Short = 'b', Section = Limits };

    private static readonly CliOption CpuBudget = new("cpu-budget",
        "The CPU time that the measurement may take, as a share of one CPU; beyond it, it ends")
    { Value = "SHARE", Default = "25%", Section = Limits };

    private static readonly CliOption MemoryBudget = new("memory-budget",
        "The memory that this process may have; beyond it, it ends")
    { Value = "SIZE", Default = "256MB", Section = Limits };

    private static readonly CliOption Wait = new("wait", "How long to wait for other measurements and recordings")
    { Value = "TIME", Default = "30s", Section = Limits };

    private static readonly CliOption LogTo = new("log-to",
        "Where the record goes: file:PATH, journal, syslog, syslog+tcp://HOST:PORT, textfile:PATH.prom, "
        + "otlp+http://HOST:PORT; can be repeated")
    { Value = "TARGET", IsList = true, Section = Where };

    private static readonly CliOption SpoolSize = new("spool-size",
        "The most bytes that wait for a target that takes none; beyond it, the oldest records go")
    { Value = "SIZE", Default = "16MB", Section = Where };

    /// <summary>What to measure, and the limits.</summary>
    public static readonly IReadOnlyList<CliOption> Plan =
    [
        Preset, Kind, By, Top, Method, Probe, Param, Library, Policy, Duration, BufferSize, CpuBudget, MemoryBudget, Wait,
    ];

    /// <summary>Where the record goes.</summary>
    public static readonly IReadOnlyList<CliOption> Targets = [LogTo, SpoolSize];

    /// <summary>The measurement that the options describe.</summary>
    public static MeasurementPlan PlanOf(Arguments arguments)
    {
        var probe = arguments.Text(Probe);
        var given = new[] { Preset, Kind, By, Top, Method, BufferSize }.FirstOrDefault(arguments.Has);
        if (probe is not null && given is not null)
            throw CliException.Usage($"{Probe} measures what the probe does, so {given} has no effect. Omit one of them.");
        var ofProbe = new[] { Param, Library, Policy }.FirstOrDefault(arguments.Has);
        if (probe is null && ofProbe is not null) throw CliException.Usage($"{ofProbe} needs {Probe}.");
        string[] presets = [.. arguments.List(Preset).Select(MeasurementPreset.Find)];
        var kinds = KindsOf(arguments);
        var defaults = new MeasurementPlan();
        return new MeasurementPlan
        {
            Presets = presets.Length > 0 || kinds.Count > 0 || probe is not null ? presets : ["Scheduling"],
            Kinds = kinds,
            By = arguments.List(By).Aggregate(
                LatencyGrouping.None, (all, name) => all | Enum.Parse<LatencyGrouping>(name, ignoreCase: true)),
            Top = (int)arguments.Integer(Top, 1, 100_000)!,
            Method = arguments.Text(Method) switch
            {
                "events" => MeasurementMethod.Events,
                "kernel" => MeasurementMethod.KernelHistograms,
                _ => MeasurementMethod.Auto,
            },
            Duration = Time(arguments, Duration, MeasurementPlan.Shortest, MeasurementPlan.Longest),
            BufferSize = arguments.Bytes(BufferSize),
            CpuBudget = Share(arguments), MemoryBudget = arguments.Bytes(MemoryBudget) ?? defaults.MemoryBudget,
            Wait = Time(arguments, Wait, TimeSpan.Zero, MeasurementPlan.Longest),
            Probe = probe, Parameters = ParametersOf(arguments),
            Library = arguments.Text(Library), Policy = arguments.Text(Policy),
        };
    }

    /// <summary>Where the record goes.</summary>
    public static IReadOnlyList<LogTarget> TargetsOf(Arguments arguments) => [.. arguments.List(LogTo).Select(LogTarget.Parse)];

    /// <summary>The most bytes that wait for a target.</summary>
    public static long SpoolSizeOf(Arguments arguments) => arguments.Bytes(SpoolSize) ?? LogDelivery.DefaultSpoolSize;

    /// <summary>The parameters of a probe.</summary>
    public static Dictionary<string, string> ParametersOf(Arguments arguments)
    {
        Dictionary<string, string> parameters = [];
        foreach (var text in arguments.List(Param))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw CliException.Usage($"{Param} takes NAME=VALUE, not '{text}'.");
            if (!parameters.TryAdd(text[..equals], text[(equals + 1)..]))
                throw CliException.Usage($"{Param} gives {text[..equals]} two values.");
        }
        return parameters;
    }

    private static List<IntervalKind> KindsOf(Arguments arguments)
    {
        var kinds = new List<IntervalKind>();
        foreach (var pattern in arguments.List(Kind))
            kinds.AddRange(IntervalKinds.Find(pattern) ?? throw CliException.Usage(
                $"{Kind} does not accept '{pattern}'. Use one of: {string.Join(", ", IntervalKinds.Names)}."));
        return kinds;
    }

    private static TimeSpan Time(Arguments arguments, CliOption option, TimeSpan least, TimeSpan most)
    {
        var time = TimeSpan.FromTicks(IntervalOptions.Duration(arguments, option)!.Value / TimeSpan.NanosecondsPerTick);
        return time >= least && time <= most ? time : throw CliException.Usage(
            $"{option} takes a time from {DurationText.Compact(DurationText.Nanoseconds(least))} to "
                + $"{DurationText.Compact(DurationText.Nanoseconds(most))}, not '{arguments.Text(option)}'.");
    }

    /// <summary>A share such as <c>25%</c> or <c>0.25</c>.</summary>
    private static double Share(Arguments arguments)
    {
        var text = arguments.Text(CpuBudget)!;
        var isPercent = text.EndsWith('%');
        return double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var number) && (isPercent ? number / 100 : number) is > 0 and <= 1 and var share
            ? share : throw CliException.Usage(
                $"{CpuBudget} takes a share from 0 to 1 or a percentage such as 25%, not '{text}'.");
    }
}

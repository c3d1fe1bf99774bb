using System.Text.Json;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Schedules;

/// <summary>The file of a definition. docs/formats/schedule.md describes it.</summary>
internal static class ScheduleDefinitionFile
{
    /// <summary>The name of the format, which is the first property.</summary>
    public const string Schema = "kernel-magnifier-schedule";

    /// <summary>The version of the format.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The schedulers.</summary>
    public const string Systemd = "Systemd", Cron = "Cron";

    /// <summary>The name of a scheduler in its usual spelling; null for another name.</summary>
    public static string? SchedulerOf(string? name)
        => Array.Find((string[])[Systemd, Cron], known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));

    private const int MostItems = 64, LongestItem = 256, LongestPath = 4096, MostTargets = 16;
    private const string Action = "Register the schedule again, or remove it. docs/formats/schedule.md describes the file.";

    /// <summary>Reads a definition.</summary>
    /// <param name="json">The bytes of the file.</param>
    /// <param name="path">The file, for errors.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ScheduleUnreadable"/>.</exception>
    public static ScheduleDefinition Read(ReadOnlyMemory<byte> json, string path)
        => StrictJson.Read(json, path, ErrorCode.ScheduleUnreadable, Action, Read);

    /// <summary>The bytes of a definition, in a fixed order.</summary>
    public static byte[] Write(ScheduleDefinition schedule) => StrictJson.Write(json => Write(schedule, json));

    private static ScheduleDefinition Read(JsonElement root)
    {
        var at = new StrictObject(root, "");
        if (at.Text("schema", 64) != Schema) throw at.Wrong("schema", $"this is not {Schema}.");
        _ = at.Integer("schemaVersion", SchemaVersion, SchemaVersion);
        var schedule = new ScheduleDefinition
        {
            Name = at.Text("name", ScheduleText.LongestName, form: ScheduleText.Name()),
            OnCalendar = at.Text("onCalendar", ScheduleText.LongestCalendar, form: ScheduleText.Calendar()),
            RandomizedDelay = Seconds(at, "randomizedDelay", 0, ScheduleCheck.LongestDelay, TimeSpan.Zero),
            Plan = ReadPlan(at.OptionalObject("measurement") ?? throw at.Wrong("measurement", "the property is missing.")),
            Targets = ReadTargets(at),
            SpoolSize = at.Integer("spoolSize", ScheduleCheck.LeastSpool, ScheduleCheck.MostSpool, LogDelivery.DefaultSpoolSize),
            Executable = at.Text("executable", LongestPath, form: ScheduleText.Executable()),
            Scheduler = at.Text("scheduler", 16) is var scheduler and (Systemd or Cron) ? scheduler
                : throw at.Wrong("scheduler", $"this is none of {Systemd}, {Cron}."),
            Registered = at.Time("registered"),
        };
        at.End();
        return schedule;
    }

    private static MeasurementPlan ReadPlan(StrictObject at)
    {
        var missing = new MeasurementPlan();
        var plan = missing with
        {
            Presets = at.Texts("presets", MostItems, LongestItem),
            Kinds = [.. at.Texts("kinds", MostItems, LongestItem).Select(text => Choice<IntervalKind>(at, "kinds", text))],
            By = at.Texts("by", MostItems, LongestItem).Aggregate(LatencyGrouping.None,
                (all, text) => all | Choice<LatencyGrouping>(at, "by", text)),
            Top = (int)at.Integer("top", 1, int.MaxValue, missing.Top),
            Duration = Seconds(at, "duration", MeasurementPlan.Shortest.TotalSeconds, MeasurementPlan.Longest, missing.Duration),
            Method = at.Has("method") ? at.Choice<MeasurementMethod>("method") : missing.Method,
            BufferSize = at.Has("bufferSize") ? at.Integer("bufferSize", 4096, long.MaxValue) : null,
            CpuBudget = at.Number("cpuBudget", ScheduleCheck.LeastCpu, ScheduleCheck.MostCpu, missing.CpuBudget),
            MemoryBudget = at.Integer("memoryBudget", ScheduleCheck.LeastMemory, long.MaxValue, missing.MemoryBudget),
            Wait = Seconds(at, "wait", 0, MeasurementPlan.Longest, missing.Wait),
            Probe = at.OptionalText("probe", LongestItem), Library = at.OptionalText("library", LongestPath),
            Policy = at.OptionalText("policy", LongestPath), Parameters = ReadParameters(at.OptionalObject("parameters")),
        };
        at.End();
        return plan;
    }

    private static Dictionary<string, string> ReadParameters(StrictObject? at)
    {
        Dictionary<string, string> parameters = [];
        foreach (var name in at?.Keys.Take(MostItems + 1) ?? [])
            parameters[name] = parameters.Count < MostItems ? at!.Text(name, LongestPath, isEmpty: true)
                : throw at!.Wrong(name, "there are too many parameters.");
        return parameters;
    }

    private static List<LogTarget> ReadTargets(StrictObject at)
    {
        try
        {
            return [.. at.Texts("logTo", MostTargets, LongestPath).Select(LogTarget.Parse)];
        }
        catch (KernelMagnifierException error)
        {
            throw at.Wrong("logTo", error.Cause);
        }
    }

    private static T Choice<T>(StrictObject at, string name, string text) where T : struct, Enum
        => StrictObject.ParseChoice<T>(text) ?? throw at.Wrong(name, $"this is none of {string.Join(", ", Enum.GetNames<T>())}.");

    private static TimeSpan Seconds(StrictObject at, string name, double least, TimeSpan most, TimeSpan missing)
        => TimeSpan.FromSeconds(at.Number(name, least, most.TotalSeconds, missing.TotalSeconds));

    private static void Write(ScheduleDefinition schedule, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteNumber("schemaVersion", SchemaVersion);
        json.WriteString("name", schedule.Name);
        json.WriteString("onCalendar", schedule.OnCalendar);
        json.WriteNumber("randomizedDelay", schedule.RandomizedDelay.TotalSeconds);
        json.WriteStartObject("measurement");
        WritePlan(schedule.Plan, json);
        json.WriteEndObject();
        WriteTexts(json, "logTo", schedule.Targets.Select(target => target.ToString()));
        json.WriteNumber("spoolSize", schedule.SpoolSize);
        json.WriteString("executable", schedule.Executable);
        json.WriteString("scheduler", schedule.Scheduler);
        json.WriteString("registered", JsonTime.Of(schedule.Registered));
        json.WriteEndObject();
    }

    private static void WritePlan(MeasurementPlan plan, Utf8JsonWriter json)
    {
        WriteTexts(json, "presets", plan.Presets);
        WriteTexts(json, "kinds", plan.Kinds.Select(kind => kind.ToString()));
        WriteTexts(json, "by", ScheduledRequest.NamesOf(plan.By));
        json.WriteNumber("top", plan.Top);
        json.WriteNumber("duration", plan.Duration.TotalSeconds);
        json.WriteString("method", plan.Method.ToString());
        if (plan.BufferSize is { } buffer) json.WriteNumber("bufferSize", buffer);
        json.WriteNumber("cpuBudget", plan.CpuBudget);
        json.WriteNumber("memoryBudget", plan.MemoryBudget);
        json.WriteNumber("wait", plan.Wait.TotalSeconds);
        if (plan.Probe is { } probe) json.WriteString("probe", probe);
        if (plan.Library is { } library) json.WriteString("library", library);
        if (plan.Policy is { } policy) json.WriteString("policy", policy);
        if (plan.Parameters.Count == 0) return;
        json.WriteStartObject("parameters");
        foreach (var (name, value) in plan.Parameters.OrderBy(one => one.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads.Fidelities;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>A fidelity as text and as JSON, the same in both faces.</summary>
internal static class FidelityReports
{
    private static readonly (ReportColumn Column, Func<FidelityTask, ReportValue> Value)[] Columns =
    [
        (new("comm", "Task"), task => ReportValue.Of(task.Comm)),
        (new("verdict", "Verdict"), task => ReportValue.Of(task.Verdict)),
        (new("rate", "Per second"), task => Pair(task.Rate, task.RunRate, "0.#", 1)),
        (new("intervalNanoseconds", "Interval"),
            task => ReportValue.Of($"{Length(task.IntervalNanoseconds)} → {Length(task.RunIntervalNanoseconds)}")),
        (new("arrivalDistance", "KS"), task => ReportValue.Of(Number(task.ArrivalDistance, "0.00"))),
        (new("runP50Ratio", "Run P50"), task => ReportValue.Of(Times(task.RunP50Ratio))),
        (new("runP90Ratio", "Run P90"), task => ReportValue.Of(Times(task.RunP90Ratio))),
        (new("cpuShare", "CPU %"), task => Pair(task.CpuShare, task.RunCpuShare, "0.#", 100)),
    ];

    /// <summary>The tasks as a table for people: original → re-recordings.</summary>
    public static ReportTable Table(IEnumerable<FidelityTask> tasks)
    {
        var table = new ReportTable([.. Columns.Select(column => column.Column)]);
        foreach (var task in tasks) table.Rows.Add(Array.ConvertAll(Columns, column => column.Value(task)));
        return table;
    }

    /// <summary>The verdict and its reasons, a line each.</summary>
    public static string Text(Fidelity fidelity)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{fidelity.Verdict}\n");
        foreach (var reason in fidelity.Reasons) text.Append(CultureInfo.InvariantCulture, $"  {TerminalText.Escape(reason)}\n");
        if (Symptom(fidelity) is { } symptom) text.Append(CultureInfo.InvariantCulture, $"  {symptom}\n");
        if (fidelity.EdgeCoverage is { } coverage)
            text.Append(CultureInfo.InvariantCulture, $"  {100 * coverage:0.#} % of the wake-ups between tasks have their edges.\n");
        return text.ToString();
    }

    /// <summary>In how many runs the symptom came back, as a sentence; null if none was given.</summary>
    public static string? Symptom(Fidelity fidelity) => fidelity.SymptomRuns is { } back
        ? string.Create(CultureInfo.InvariantCulture, $"The symptom came back in {back} of {fidelity.Runs} runs.") : null;

    /// <summary>The object as JSON, indented, with a line feed. The keys are those of the properties.</summary>
    public static string Json(Fidelity fidelity)
    {
        var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output, ReportWriter.JsonOptions with { Indented = true })) Write(json, fidelity);
        return Encoding.UTF8.GetString(output.ToArray()) + "\n";
    }

    /// <summary>Writes the object.</summary>
    public static void Write(Utf8JsonWriter json, Fidelity fidelity)
    {
        json.WriteStartObject();
        json.WriteString("verdict", fidelity.Verdict);
        Texts(json, "reasons", fidelity.Reasons);
        json.WriteString("reference", fidelity.Reference);
        Texts(json, "recordings", fidelity.Recordings);
        json.WriteNumber("runs", fidelity.Runs);
        Number(json, "symptomRuns", fidelity.SymptomRuns);
        json.WriteBoolean("isStructureOnly", fidelity.IsStructureOnly);
        json.WriteStartArray("tasks");
        foreach (var task in fidelity.Tasks) Write(json, task);
        json.WriteEndArray();
        Number(json, "edgeCoverage", fidelity.EdgeCoverage);
        Texts(json, "missingEdges", fidelity.MissingEdges);
        Texts(json, "extraEdges", fidelity.ExtraEdges);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FidelityTask task)
    {
        json.WriteStartObject();
        json.WriteString("comm", task.Comm);
        json.WriteString("verdict", task.Verdict);
        Number(json, "rate", task.Rate);
        Number(json, "runRate", task.RunRate);
        Number(json, "intervalNanoseconds", task.IntervalNanoseconds);
        Number(json, "runIntervalNanoseconds", task.RunIntervalNanoseconds);
        Number(json, "arrivalDistance", task.ArrivalDistance);
        Number(json, "runP50Ratio", task.RunP50Ratio);
        Number(json, "runP90Ratio", task.RunP90Ratio);
        Number(json, "cpuShare", task.CpuShare);
        Number(json, "runCpuShare", task.RunCpuShare);
        Number(json, "migrationRate", task.MigrationRate);
        Number(json, "runMigrationRate", task.RunMigrationRate);
        json.WriteString("note", task.Note);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value && double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }

    private static ReportValue Pair(double? before, double? after, string format, double factor)
        => ReportValue.Of($"{Number(before * factor, format)} → {Number(after * factor, format)}");

    private static string Number(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    private static string Times(double? ratio) => ratio is { } value ? $"{Number(value, "0.##")}x" : "–";

    private static string Length(long? nanoseconds) => nanoseconds is { } value ? DurationText.Of(value) : "–";
}

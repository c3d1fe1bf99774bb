using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads.Fidelities;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of fidelities, of live objects and of copies.</summary>
public static class FidelityViewText
{
    /// <summary>The verdict.</summary>
    public static string Verdict(PSObject item) => IncidentViewText.Text(item, nameof(Fidelity.Verdict));

    /// <summary>A line for each reason.</summary>
    public static string Reasons(PSObject item) => IncidentViewText.Lines(item, nameof(Fidelity.Reasons));

    /// <summary>The original.</summary>
    public static string Reference(PSObject item) => IncidentViewText.Text(item, nameof(Fidelity.Reference));

    /// <summary>A line for each recording.</summary>
    public static string Recordings(PSObject item) => IncidentViewText.Lines(item, nameof(Fidelity.Recordings));

    /// <summary>A line for each missing edge.</summary>
    public static string MissingEdges(PSObject item) => IncidentViewText.Lines(item, nameof(Fidelity.MissingEdges));

    /// <summary>A line for each further edge.</summary>
    public static string ExtraEdges(PSObject item) => IncidentViewText.Lines(item, nameof(Fidelity.ExtraEdges));

    /// <summary>In how many runs the symptom came back.</summary>
    public static string Symptom(PSObject item)
        => IncidentViewText.Value(item, nameof(Fidelity.SymptomRuns)) is { } back
            ? string.Create(CultureInfo.InvariantCulture,
                $"{back} of {IncidentViewText.Value(item, nameof(Fidelity.Runs))} runs") : "";

    /// <summary>The share of the wake-ups whose edges are there.</summary>
    public static string EdgeCoverage(PSObject item) => IncidentViewText.Text(item, nameof(Fidelity.EdgeCoverage));

    /// <summary>A line for each fact that is known.</summary>
    public static string Facts(PSObject item)
    {
        (string Name, string Value)[] facts =
        [
            (nameof(Fidelity.Verdict), Verdict(item)), (nameof(Fidelity.Reasons), Reasons(item)), ("Symptom", Symptom(item)),
            (nameof(Fidelity.EdgeCoverage), EdgeCoverage(item)), (nameof(Fidelity.MissingEdges), MissingEdges(item)),
            (nameof(Fidelity.ExtraEdges), ExtraEdges(item)), (nameof(Fidelity.Reference), Reference(item)),
            (nameof(Fidelity.Recordings), Recordings(item)),
            (nameof(Fidelity.IsStructureOnly), IncidentViewText.Text(item, nameof(Fidelity.IsStructureOnly))),
        ];
        return string.Join('\n', facts.Where(fact => fact.Value.Length > 0).Select(fact => $"{fact.Name} = {fact.Value}"));
    }

    /// <summary>The tasks as a table.</summary>
    public static string Tasks(PSObject item)
    {
        if (IncidentViewText.Value(item, nameof(Fidelity.Tasks)) is not IEnumerable tasks) return "";
        var table = FidelityReports.Table(tasks.Cast<object?>().Select(Task).OfType<FidelityTask>());
        if (table.Rows.Count == 0) return "";
        using var bytes = new MemoryStream();
        ReportWriter.Write(table, ReportFormat.Table, bytes);
        return Encoding.UTF8.GetString(bytes.ToArray()).TrimEnd('\n');
    }

    /// <summary>The name of a task.</summary>
    public static string Comm(PSObject item) => IncidentViewText.Text(item, nameof(FidelityTask.Comm));

    /// <summary>What differs.</summary>
    public static string Note(PSObject item) => IncidentViewText.Text(item, nameof(FidelityTask.Note));

    /// <summary>The rates.</summary>
    public static string Rates(PSObject item) => Pair(item, nameof(FidelityTask.Rate), nameof(FidelityTask.RunRate), "0.#", 1);

    /// <summary>The median times between wake-ups.</summary>
    public static string Intervals(PSObject item)
        => Length(item, nameof(FidelityTask.IntervalNanoseconds)) + " → "
            + Length(item, nameof(FidelityTask.RunIntervalNanoseconds));

    /// <summary>The distance of the arrivals.</summary>
    public static string Distance(PSObject item) => Number(item, nameof(FidelityTask.ArrivalDistance), "0.00", 1);

    /// <summary>The ratio of the median run lengths.</summary>
    public static string RunP50(PSObject item) => Number(item, nameof(FidelityTask.RunP50Ratio), "0.##", 1);

    /// <summary>The ratio of the 90 % quantiles.</summary>
    public static string RunP90(PSObject item) => Number(item, nameof(FidelityTask.RunP90Ratio), "0.##", 1);

    /// <summary>The shares of a CPU in percent.</summary>
    public static string Cpu(PSObject item)
        => Pair(item, nameof(FidelityTask.CpuShare), nameof(FidelityTask.RunCpuShare), "0.#", 100);

    private static FidelityTask? Task(object? value)
    {
        if (value is null) return null;
        var item = PSObject.AsPSObject(value);
        if (item.BaseObject is FidelityTask task) return task;
        try
        {
            var copy = new InputProperties(item);
            return new FidelityTask
            {
                Comm = copy.Text("Comm") ?? "", Verdict = copy.Text("Verdict") ?? "",
                Rate = copy.Real("Rate"), RunRate = copy.Real("RunRate"),
                IntervalNanoseconds = copy.Integer("IntervalNanoseconds", 0, long.MaxValue),
                RunIntervalNanoseconds = copy.Integer("RunIntervalNanoseconds", 0, long.MaxValue),
                ArrivalDistance = copy.Real("ArrivalDistance"), RunP50Ratio = copy.Real("RunP50Ratio"),
                RunP90Ratio = copy.Real("RunP90Ratio"),
                CpuShare = copy.Real("CpuShare"), RunCpuShare = copy.Real("RunCpuShare"),
                MigrationRate = copy.Real("MigrationRate"),
                RunMigrationRate = copy.Real("RunMigrationRate"),
            };
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static string Pair(PSObject item, string before, string after, string format, double factor)
        => $"{Number(item, before, format, factor)} → {Number(item, after, format, factor)}";

    private static string Number(PSObject item, string name, string format, double factor)
        => IncidentViewText.Value(item, name) is IConvertible and not string and var value
            ? (Convert.ToDouble(value, CultureInfo.InvariantCulture) * factor)
                .ToString(format, CultureInfo.InvariantCulture) : "–";

    private static string Length(PSObject item, string name)
        => IncidentViewText.Value(item, name) is long value ? DurationText.Of(value) : "–";
}

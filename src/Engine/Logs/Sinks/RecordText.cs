using System.Globalization;
using KernelMagnifier.Measuring;
using KernelMagnifier.Text;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>What journals and syslog say of a record beside its JSON.</summary>
internal static class RecordText
{
    /// <summary>The name of the program, by which logs are searched.</summary>
    public const string Program = "kernel-magnifier";

    private const int Error = 3, Warning = 4, Notice = 5, Information = 6;

    /// <summary>The severity of a record, as in syslog(3).</summary>
    public static int Severity(Measurement record) => record.Status switch
    {
        "Completed" => Information,
        "Skipped" or "Suspended" => Notice,
        "Dropped" => Warning,
        _ => Error,
    };

    /// <summary>The record as a sentence for people, without control characters.</summary>
    public static string Sentence(Measurement record)
    {
        var number = record.Sequence is { } sequence ? string.Create(CultureInfo.InvariantCulture, $" #{sequence}") : "";
        var what = record.Status == "Completed" ? $": {Content(record)}" : record.Reason is null ? "" : $": {record.Reason}";
        return TerminalText.Escape($"{record.Schedule ?? "measurement"}{number} {record.Status}{what}");
    }

    private static string Content(Measurement record)
    {
        var seconds = record.Duration?.TotalSeconds ?? 0;
        var intervals = record.Latencies.Sum(latency => latency.Count);
        var text = string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s");
        if (record.Latencies.Count > 0) text += string.Create(CultureInfo.InvariantCulture, $", {intervals} intervals");
        if (record.Counters.Count > 0) text += string.Create(CultureInfo.InvariantCulture, $", {record.Counters.Count} counters");
        if (record.Results.Count > 0) text += string.Create(CultureInfo.InvariantCulture, $", {record.Results.Count} results");
        if (record.LostEvents > 0) text += string.Create(CultureInfo.InvariantCulture, $", {record.LostEvents} events lost");
        return text;
    }
}

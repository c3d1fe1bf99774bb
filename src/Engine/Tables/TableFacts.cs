using System.Text;
using System.Text.Json;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Tables;

/// <summary>The keys and values of a file.</summary>
internal static class TableFacts
{
    /// <summary>The keys.</summary>
    public const string Table = "kernel-magnifier.table", Schema = "kernel-magnifier.schema",
        Version = "kernel-magnifier.version",
        Recording = "kernel-magnifier.recording", Clock = "kernel-magnifier.clock", Nesting = "kernel-magnifier.nesting";

    /// <summary>The keys and values of a file that is complete.</summary>
    public static IReadOnlyDictionary<string, string> Of(TableOutput output)
    {
        var facts = new Dictionary<string, string>
        {
            [Table] = TableSchema.Of(output.Place.Table).Name, [Schema] = TableSchema.Version,
            [Version] = typeof(TableFacts).Assembly.GetName().Version?.ToString(3) ?? "",
        };
        var sources = output.Sources;
        if (sources.Count == 0) return facts;
        if (sources.Select(source => source.ClockUnit).Distinct().ToList() is [var unit]) facts[Clock] = unit.ToString();
        if (sources.Select(source => source.Nesting).Distinct().ToList() is [var nesting]) facts[Nesting] = nesting.ToString();
        if (sources is { Count: 1 } && sources.First().Info is { } info
            && Json(info) is { Length: <= RecordedFacts.Longest } json)
            facts[Recording] = json;
        return facts;
    }

    private static string Json(TraceInfo info)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, FieldsJson.Options)) TraceInfoReport.WriteFacts(json, info);
        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}

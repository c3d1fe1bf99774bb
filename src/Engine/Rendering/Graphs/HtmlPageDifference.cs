using System.Text.Json;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// The part of the data of an HTML page that only a difference has, read by src/Page/src/difference.ts: both sides, what the
/// numbers are, and the numbers of each edge and function as arrays of columns.
/// </summary>
internal sealed class HtmlPageDifference(GraphDifference difference, GraphPart part)
{
    private const int LongestLine = 600, MostReasons = 3;

    /// <summary>Writes the object <c>difference</c>.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var sides = difference.Comparison;
        json.WriteStartObject("difference");
        json.WriteString("before", Shown(DifferenceCaption.Names(sides?.Before ?? [])));
        json.WriteString("after", Shown(DifferenceCaption.Names(sides?.After ?? [])));
        json.WriteString("unit", Shown(difference.Unit));
        json.WriteString("per", Shown(sides?.Per ?? ""));
        json.WriteString("numbers", Shown(DifferenceCaption.Numbers(difference)));
        json.WriteString("rule", Shown(DifferenceCaption.Rule(difference)));
        json.WriteStartArray("drift");
        foreach (var drift in sides?.Drift ?? []) json.WriteStringValue(Shown(drift));
        json.WriteEndArray();
        Columns(json, "edges", [.. part.Edges.Select(difference.Of)]);
        Columns(json, "functions", [.. part.Nodes.Select(difference.Of)]);
        json.WriteEndObject();
    }

    private static string Shown(string text) => DisplayText.Fit(text, LongestLine);

    private void Columns(Utf8JsonWriter json, string name, IReadOnlyList<DifferenceMark?> marks)
    {
        json.WriteStartObject(name);
        Numbers(json, "before", marks, m => m.Before);
        Numbers(json, "after", marks, m => m.After);
        Numbers(json, "ratio", marks, m => m.Row.Presence == "Both" ? m.Ratio : null);
        Numbers(json, "low", marks, m => m.Row.RatioLow);
        Numbers(json, "high", marks, m => m.Row.RatioHigh);
        Numbers(json, "p", marks, m => m.Row.PValue);
        Numbers(json, "beforeCount", marks, m => m.Row.BeforeCount);
        Numbers(json, "afterCount", marks, m => m.Row.AfterCount);
        Numbers(json, "score", marks, m => m.Score);
        Numbers(json, "strength", marks, m => difference.Look(m).Strength);
        Texts(json, "change", marks, m => difference.Look(m).Change.ToString());
        Texts(json, "label", marks, m => m.Label);
        Texts(json, "verdict", marks, m => Known(m.Row.Verdict));
        Texts(json, "reason", marks, m => m.Row.Reasons.Count == 0 ? null : string.Join(" ", m.Row.Reasons.Take(MostReasons)));
        json.WriteEndObject();
    }

    /// <summary>A verdict, which can come from a file that somebody wrote by hand.</summary>
    private static string Known(string verdict)
        => Enum.TryParse<DifferenceVerdict>(verdict, out var known) && Enum.IsDefined(known)
            ? known.ToString() : nameof(DifferenceVerdict.Inconclusive);

    private static void Numbers(
        Utf8JsonWriter json, string name, IReadOnlyList<DifferenceMark?> marks, Func<DifferenceMark, double?> of)
    {
        json.WriteStartArray(name);
        foreach (var mark in marks)
            if (mark is not null && of(mark) is { } value && double.IsFinite(value)) json.WriteNumberValue(Rounded(value));
            else json.WriteNullValue();
        json.WriteEndArray();
    }

    /// <summary>Nine significant digits are enough for a page, and take half the space.</summary>
    private static double Rounded(double value)
    {
        if (value == 0) return 0;
        var digits = 9 - (int)Math.Ceiling(Math.Log10(Math.Abs(value)));
        return digits is < 0 or > 15 ? value : Math.Round(value, digits);
    }

    private static void Texts(
        Utf8JsonWriter json, string name, IReadOnlyList<DifferenceMark?> marks, Func<DifferenceMark, string?> of)
    {
        json.WriteStartArray(name);
        foreach (var mark in marks) json.WriteStringValue(mark is not null && of(mark) is { } text ? Shown(text) : null);
        json.WriteEndArray();
    }
}

using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of differences and baselines, of live objects and of copies.</summary>
public static class DifferenceViewText
{
    /// <summary>The key of a difference.</summary>
    public static string Key(PSObject item) => Text(item, nameof(TraceDifference.Key));

    /// <summary>The number before.</summary>
    public static string Before(PSObject item) => Length(item, nameof(TraceDifference.Before));

    /// <summary>The number after.</summary>
    public static string After(PSObject item) => Length(item, nameof(TraceDifference.After));

    /// <summary>After by before; what is new or gone is named so.</summary>
    public static string Ratio(PSObject item)
        => DifferenceText.Ratio(Number(item, nameof(TraceDifference.Ratio)), Text(item, nameof(TraceDifference.Presence))) ?? "";

    /// <summary>The confidence interval of the ratio.</summary>
    public static string Interval(PSObject item) => DifferenceText.Interval(
        Number(item, nameof(TraceDifference.RatioLow)), Number(item, nameof(TraceDifference.RatioHigh))) ?? "";

    /// <summary>The p-value.</summary>
    public static string PValue(PSObject item) => DifferenceText.PValue(Number(item, nameof(TraceDifference.PValue))) ?? "";

    /// <summary>A line for each reason.</summary>
    public static string Reasons(PSObject item) => Lines(item, nameof(TraceDifference.Reasons));

    /// <summary>A line for each share of what moved the number.</summary>
    public static string Attribution(PSObject item) => Lines(item, nameof(TraceDifference.Attribution));

    /// <summary>The name of a share or baseline.</summary>
    public static string Name(PSObject item) => Text(item, nameof(TraceBaseline.Name));

    /// <summary>The file of a baseline.</summary>
    public static string Path(PSObject item) => Text(item, nameof(TraceBaseline.Path));

    /// <summary>When a baseline was made, in UTC. A copy has the time as text, in the invariant culture.</summary>
    public static string Created(PSObject item)
    {
        var time = Value(item, nameof(TraceBaseline.Created));
        if (time is not DateTimeOffset && DateTimeOffset.TryParse($"{time}", CultureInfo.InvariantCulture, out var read)) time = read;
        return time is DateTimeOffset created
            ? created.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : TerminalText.Escape($"{time}");
    }

    /// <summary>The kernel of a baseline.</summary>
    public static string Kernel(PSObject item) => Text(item, nameof(TraceBaseline.KernelRelease));

    /// <summary>A line for each recording of a baseline.</summary>
    public static string Recordings(PSObject item) => Lines(item, nameof(TraceBaseline.Recordings));

    /// <summary>The number of recordings of a baseline.</summary>
    public static int RecordingCount(PSObject item) => Items(item, nameof(TraceBaseline.Recordings)).Count();

    /// <summary>The kinds of a baseline.</summary>
    public static string Kinds(PSObject item)
        => string.Join(", ", Items(item, nameof(TraceBaseline.Kinds)).Select(kind => TerminalText.Escape($"{kind}")));

    private static string Length(PSObject item, string name)
        => TerminalText.Escape(DifferenceText.Of(Number(item, name), Text(item, nameof(TraceDifference.Unit))) ?? "");

    private static string Lines(PSObject item, string name)
        => string.Join('\n', Items(item, name).Select(line => TerminalText.Escape($"{line}")));

    private static IEnumerable<object> Items(PSObject item, string name)
        => Value(item, name) is IEnumerable several and not string ? several.Cast<object?>().OfType<object>() : [];

    private static double? Number(PSObject item, string name)
        => Value(item, name) is IConvertible number ? Convert.ToDouble(number, CultureInfo.InvariantCulture) : null;

    private static string Text(PSObject item, string name)
        => TerminalText.Escape(Convert.ToString(Value(item, name), CultureInfo.InvariantCulture) ?? "");

    private static object? Value(PSObject? item, string name)
    {
        var value = item?.Properties[name]?.Value;
        return value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;
    }
}

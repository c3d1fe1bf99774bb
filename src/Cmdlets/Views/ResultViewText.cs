using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of probe results, of live objects and of copies.</summary>
public static class ResultViewText
{
    /// <summary>The map, the line or the helper.</summary>
    public static string Name(PSObject item) => Of(item, result => result.Name);

    /// <summary>The key.</summary>
    public static string Key(PSObject item) => Of(item, result => result.Key);

    /// <summary>The value, the numbers and the shape of a histogram, the text, or the end of a run.</summary>
    public static string What(PSObject item) => Of(item, ProbeResultText.What);

    /// <summary>The value with its unit.</summary>
    public static string Value(PSObject item)
        => Of(item, result => result.Value is null ? null : ProbeResultText.Number(result.Value, result.Unit));

    /// <summary>The unit.</summary>
    public static string Unit(PSObject item) => Of(item, result => result.Unit);

    /// <summary>The probe.</summary>
    public static string Probe(PSObject item) => Of(item, result => result.Probe);

    /// <summary>What was printed.</summary>
    public static string Text(PSObject item) => Of(item, result => result.Text);

    /// <summary>A line for each part of the key.</summary>
    public static string Keys(PSObject item) => Lines(item, result => Pairs(result.Keys));

    /// <summary>A line for each field.</summary>
    public static string Fields(PSObject item) => Lines(item, result => Pairs(result.Fields));

    /// <summary>A line for each function of the stack.</summary>
    public static string Stack(PSObject item) => Lines(item, result => result.Stack);

    /// <summary>A line for each function of the stack with its offset.</summary>
    public static string Frames(PSObject item) => Lines(item, result => result.Frames);

    /// <summary>The number of ranges of a histogram.</summary>
    public static string Histogram(PSObject item)
        => Of(item, result => result.Histogram is { } ranges ? DisplayText.Count(ranges.Count, "range") : null);

    private static IEnumerable<string>? Pairs(IReadOnlyDictionary<string, object?>? table)
        => table?.Select(part => $"{part.Key} = {ProbeResultText.Number(part.Value, null)}");

    private static string Of(PSObject item, Func<ProbeResult, string?> text)
        => Result(item) is { } result && text(result) is { } shown ? TerminalText.Escape(shown) : "";

    private static string Lines(PSObject item, Func<ProbeResult, IEnumerable<string>?> lines)
        => Result(item) is { } result && lines(result) is { } shown ? string.Join('\n', shown.Select(TerminalText.Escape)) : "";

    private static ProbeResult? Result(PSObject item)
    {
        try
        {
            return ProbeResultCopy.Of(item);
        }
        catch (InputException)
        {
            return null;
        }
    }
}

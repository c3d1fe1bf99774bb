using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of probes, their differences and updates, of live objects and of copies.</summary>
public static class ProbeViewText
{
    /// <summary>The name.</summary>
    public static string Name(PSObject item) => Text(item, nameof(Probe.Name));

    /// <summary>The title.</summary>
    public static string Title(PSObject item) => Text(item, nameof(Probe.Title));

    /// <summary>Why it is not approved.</summary>
    public static string Reason(PSObject item) => Text(item, nameof(Probe.Reason));

    /// <summary>The owner.</summary>
    public static string Owner(PSObject item) => Text(item, nameof(Probe.Owner));

    /// <summary>The day of the review.</summary>
    public static string ReviewBy(PSObject item) => Day(item, nameof(Probe.ReviewBy));

    /// <summary>The author.</summary>
    public static string Author(PSObject item) => Text(item, nameof(Probe.Author));

    /// <summary>The approvers.</summary>
    public static string Approvers(PSObject item) => Lines(item, nameof(Probe.Approvers), ", ");

    /// <summary>The day on which the approval ends.</summary>
    public static string ApprovedUntil(PSObject item) => Day(item, nameof(Probe.ApprovedUntil));

    /// <summary>A line for each kernel.</summary>
    public static string Kernels(PSObject item) => Lines(item, nameof(Probe.Kernels), "\n");

    /// <summary>A line for each attach point.</summary>
    public static string AttachPoints(PSObject item) => Lines(item, nameof(Probe.AttachPoints), "\n");

    /// <summary>A line for each parameter.</summary>
    public static string Parameters(PSObject item) => Lines(item, nameof(Probe.Parameters), "\n");

    /// <summary>The purpose.</summary>
    public static string Purpose(PSObject item) => Text(item, nameof(Probe.Purpose));

    /// <summary>How to read the output.</summary>
    public static string Reading(PSObject item) => Text(item, nameof(Probe.Reading));

    /// <summary>The folder.</summary>
    public static string Path(PSObject item) => Text(item, nameof(Probe.Path));

    /// <summary>The library.</summary>
    public static string Library(PSObject item) => Text(item, nameof(Probe.Library));

    /// <summary>The file of a difference.</summary>
    public static string File(PSObject item) => Text(item, nameof(ProbeDifference.File));

    /// <summary>The line of a difference, after the sign of a unified difference.</summary>
    public static string Line(PSObject item)
        => (Text(item, nameof(ProbeDifference.Kind)) switch { "Removed" => "-", "Added" => "+", _ => " " }) + Text(item,
            nameof(ProbeDifference.Text));

    /// <summary>A line for each reason of an update.</summary>
    public static string Reasons(PSObject item) => Lines(item, nameof(ProbeUpdate.Reasons), "\n");

    /// <summary>A line for each thing that is missing for the maturity of a probe.</summary>
    public static string Unmet(PSObject item) => Lines(item, nameof(ProbeUpdate.Unmet), "\n");

    /// <summary>A line for each thing that the next maturity needs.</summary>
    public static string Needed(PSObject item) => Lines(item, nameof(ProbeUpdate.Needed), "\n");

    private static string Day(PSObject item, string name)
    {
        var time = Value(item, name);
        if (time is not DateTime && DateTime.TryParse($"{time}", CultureInfo.InvariantCulture, out var read)) time = read;
        return time is DateTime day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : TerminalText.Escape($"{time}");
    }

    private static string Lines(PSObject item, string name, string between)
        => Value(item, name) is IEnumerable several and not string
            ? string.Join(between, several.Cast<object?>().Select(line => TerminalText.Escape($"{line}"))) : "";

    private static string Text(PSObject item, string name)
        => TerminalText.Escape(Convert.ToString(Value(item, name), CultureInfo.InvariantCulture) ?? "");

    private static object? Value(PSObject? item, string name)
    {
        var value = item?.Properties[name]?.Value;
        return value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;
    }
}

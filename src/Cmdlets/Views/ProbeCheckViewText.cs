using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Probes.Checks;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of checks of probes, of live objects and of copies.</summary>
public static class ProbeCheckViewText
{
    /// <summary>The name of the probe.</summary>
    public static string Name(PSObject item) => Text(item, nameof(ProbeCheck.Name));

    /// <summary>The release of the kernel, or its description.</summary>
    public static string Kernel(PSObject item)
        => Text(item, nameof(ProbeCheck.KernelRelease)) is { Length: > 0 } release ? release
            : Text(item, nameof(ProbeCheck.Kernel));

    /// <summary>The release of the kernel.</summary>
    public static string KernelRelease(PSObject item) => Text(item, nameof(ProbeCheck.KernelRelease));

    /// <summary>A line for each finding.</summary>
    public static string Findings(PSObject item) => string.Join('\n', Items(item, nameof(ProbeCheck.Findings)));

    /// <summary>The kernel if there is one, and what it said or the first finding, for a table.</summary>
    public static string First(PSObject item)
        => (Kernel(item) is { Length: > 0 } kernel ? $"{kernel}: " : "") + (LabText(item)
            ?? (Items(item, nameof(ProbeCheck.Findings)).FirstOrDefault() is { } first ? first : $"collects {DataClass(item)}"));

    /// <summary>The attach points.</summary>
    public static string AttachPoints(PSObject item) => Joined(item, nameof(ProbeCheck.AttachPoints), ", ");

    /// <summary>The builtins.</summary>
    public static string Builtins(PSObject item) => Joined(item, nameof(ProbeCheck.Builtins), ", ");

    /// <summary>The functions.</summary>
    public static string Functions(PSObject item) => Joined(item, nameof(ProbeCheck.Functions), ", ");

    /// <summary>The maps.</summary>
    public static string Maps(PSObject item) => Joined(item, nameof(ProbeCheck.Maps), "\n");

    /// <summary>The parameters.</summary>
    public static string Parameters(PSObject item) => Joined(item, nameof(ProbeCheck.Parameters), ", ");

    /// <summary>The data class that was found.</summary>
    public static string DataClass(PSObject item)
        => Text(item, nameof(ProbeCheck.DataClassFound)) is { Length: > 0 } found ? found : "unknown data";

    /// <summary>The limits.</summary>
    public static string Limits(PSObject item) => Joined(item, nameof(ProbeCheck.Limits), ", ");

    /// <summary>A line for each hint about the cost.</summary>
    public static string CostHints(PSObject item) => Joined(item, nameof(ProbeCheck.CostHints), "\n");

    /// <summary>A line for each message of bpftrace.</summary>
    public static string BpftraceMessages(PSObject item) => Joined(item, nameof(ProbeCheck.BpftraceMessages), "\n");

    /// <summary>What bpftrace said in a guest.</summary>
    public static string LabMessage(PSObject item) => Text(item, nameof(ProbeCheck.LabMessage));

    /// <summary>The message of a finding.</summary>
    public static string Message(PSObject item) => Text(item, nameof(ProbeFinding.Message));

    /// <summary>What became of it in a guest; null if it was not to be tried.</summary>
    private static string? LabText(PSObject item)
    {
        var (lab, message, probes) = (Text(item, nameof(ProbeCheck.Lab)), LabMessage(item),
            Text(item, nameof(ProbeCheck.LabProbes)));
        return lab == "Attached" ? $"attached {probes} {(probes == "1" ? "probe" : "probes")}" : message.Length > 0 ? message : lab.Length > 0 ? lab : null;
    }

    private static string Joined(PSObject item, string name, string separator) => string.Join(separator, Items(item, name));

    private static string Text(PSObject item, string name)
        => TerminalText.Escape(Convert.ToString(item?.Properties[name]?.Value, CultureInfo.InvariantCulture) ?? "");

    private static IEnumerable<string> Items(PSObject item, string name)
    {
        var value = item?.Properties[name]?.Value;
        if (value is PSObject wrapped) value = wrapped.BaseObject;
        return value is IEnumerable several and not string
            ? several.Cast<object?>().Select(one => TerminalText.Escape(one?.ToString() ?? "")) : [];
    }
}

using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Lab;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of the lab, of live objects and of copies.</summary>
public static class LabViewText
{
    /// <summary>The kernel.</summary>
    public static string Kernel(PSObject item) => Text(item, nameof(LabRun.Kernel));

    /// <summary>The release of the kernel.</summary>
    public static string KernelRelease(PSObject item) => Text(item, nameof(LabRun.KernelRelease));

    /// <summary>The kernel parameters.</summary>
    public static string Parameter(PSObject item) => Text(item, nameof(LabRun.Parameter));

    /// <summary>What ran the CPUs.</summary>
    public static string Accelerator(PSObject item) => Text(item, nameof(LabRun.Accelerator));

    /// <summary>Why it was that one.</summary>
    public static string AcceleratorReason(PSObject item) => Text(item, nameof(LabRun.AcceleratorReason));

    /// <summary>What became of the run.</summary>
    public static string Outcome(PSObject item) => Text(item, nameof(LabRun.Outcome));

    /// <summary>Why it did not complete.</summary>
    public static string Reason(PSObject item) => Text(item, nameof(LabRun.Reason));

    /// <summary>How long it took.</summary>
    public static string Duration(PSObject item) => Seconds(item, nameof(LabRun.Duration));

    /// <summary>How long the boot took.</summary>
    public static string BootDuration(PSObject item) => Seconds(item, nameof(LabRun.BootDuration));

    /// <summary>The recording.</summary>
    public static string Recording(PSObject item) => Text(item, nameof(LabRun.Recording));

    /// <summary>The directory.</summary>
    public static string Directory(PSObject item) => Text(item, nameof(LabRun.Directory));

    /// <summary>The recording; the directory if there is none.</summary>
    public static string Place(PSObject item) => Recording(item) is { Length: > 0 } recording ? recording : Directory(item);

    /// <summary>The log of the console.</summary>
    public static string LogPath(PSObject item) => Text(item, nameof(LabRun.LogPath));

    /// <summary>The last lines of the guest, a line each.</summary>
    public static string LastLines(PSObject item)
        => Of(item, nameof(LabRun.LastLines)) is IEnumerable lines and not string
            ? string.Join('\n', lines.Cast<object?>().Select(line => TerminalText.Escape($"{line}"))) : "";

    /// <summary>What was checked.</summary>
    public static string Name(PSObject item) => Text(item, nameof(LabCheck.Name));

    /// <summary>Whether it is there.</summary>
    public static string Status(PSObject item) => Text(item, nameof(LabCheck.Status));

    /// <summary>What was found.</summary>
    public static string Value(PSObject item) => Text(item, nameof(LabCheck.Value));

    /// <summary>What to do.</summary>
    public static string Action(PSObject item) => Text(item, nameof(LabCheck.Action));

    /// <summary>How noise was measured.</summary>
    public static string Method(PSObject item) => Text(item, nameof(LabNoise.Method));

    /// <summary>What noise means.</summary>
    public static string Note(PSObject item) => Text(item, nameof(LabNoise.Note));

    /// <summary>The median gap.</summary>
    public static string P50Nanoseconds(PSObject item) => Time(item, nameof(LabNoise.P50Nanoseconds));

    /// <summary>The 99th percentile of the gaps.</summary>
    public static string P99Nanoseconds(PSObject item) => Time(item, nameof(LabNoise.P99Nanoseconds));

    /// <summary>The longest gap.</summary>
    public static string MaxNanoseconds(PSObject item) => Time(item, nameof(LabNoise.MaxNanoseconds));

    private static string Time(PSObject item, string name)
        => long.TryParse(Text(item, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time)
            ? LabReports.Time(time)! : "";

    private static string Seconds(PSObject item, string name)
        => TimeSpan.TryParse(Text(item, name), CultureInfo.InvariantCulture, out var time)
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s") : "";

    private static string Text(PSObject item, string name)
        => TerminalText.Escape(Convert.ToString(Of(item, name), CultureInfo.InvariantCulture) ?? "");

    private static object? Of(PSObject? item, string name)
    {
        var value = item?.Properties[name]?.Value;
        return value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;
    }
}

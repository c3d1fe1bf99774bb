using System.Collections;
using System.ComponentModel;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Workloads;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of workloads, as those of <see cref="ViewText"/>. Public because PowerShell calls the
/// methods.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class WorkloadView
{
    private const int MostNotes = 20;

    /// <summary>The workload in some lines.</summary>
    public static string Text(PSObject item)
        => Of(item) is { } workload ? string.Join(Environment.NewLine, WorkloadText.Lines(workload)) : "";

    /// <summary>The workload in a line.</summary>
    public static string Summary(PSObject item) => Of(item) is { } workload ? WorkloadText.Summary(workload) : "";

    /// <summary>What is not modelled.</summary>
    public static string Coverage(PSObject item) => Of(item) is { } workload ? WorkloadText.CoverageLine(workload.Coverage) : "";

    /// <summary>The file of an export.</summary>
    public static string ExportPath(PSObject item) => TerminalText.Escape(item?.Properties["Path"]?.Value as string ?? "");

    /// <summary>What the file of an export does otherwise than the recording.</summary>
    public static string ExportNotes(PSObject item)
        => item?.Properties["Notes"]?.Value is { } notes
        && PSObject.AsPSObject(notes).BaseObject is IEnumerable list and not string
            ? string.Join(" ", list.Cast<object?>().Take(MostNotes).Select(note => TerminalText.Escape(note?.ToString() ?? "")))
            : "";

    private static Workload? Of(PSObject item)
    {
        try
        {
            return item is null ? null : WorkloadCopy.Of(item);
        }
        catch (KernelMagnifierException)
        {
            // The copy was cut or changed.
            return null;
        }
    }
}

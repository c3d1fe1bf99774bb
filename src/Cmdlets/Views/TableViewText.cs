using System.ComponentModel;
using System.Management.Automation;
using KernelMagnifier.Tables;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the view of a file of a table, as <see cref="ViewText"/>. Public because PowerShell calls the methods.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TableViewText
{
    /// <summary>The machine, escaped.</summary>
    public static string Host(PSObject item) => Text(item, nameof(ExportedTable.HostName));

    /// <summary>The recording, escaped.</summary>
    public static string Recording(PSObject item) => Text(item, nameof(ExportedTable.Recording));

    /// <summary>The path, escaped.</summary>
    public static string Path(PSObject item) => Text(item, nameof(ExportedTable.FullName));

    private static string Text(PSObject item, string property)
        => item?.Properties[property]?.Value is string text ? TerminalText.Cell(text) : "";
}

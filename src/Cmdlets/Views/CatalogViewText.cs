using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Probes.Catalogs;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of a catalog, escaped for a terminal.</summary>
public static class CatalogViewText
{
    /// <summary>The file.</summary>
    public static string Path(PSObject catalog) => Text(catalog, nameof(ProbeCatalogExport.Path));

    /// <summary>Why probes are not in it.</summary>
    public static string Unreadable(PSObject catalog)
        => catalog.Properties[nameof(ProbeCatalogExport.Unreadable)]?.Value is IEnumerable reasons and not string
            ? TerminalText.Escape(string.Join("; ", reasons.Cast<object?>())) : "";

    private static string Text(PSObject catalog, string property)
        => catalog.Properties[property]?.Value?.ToString() is { } text ? TerminalText.Escape(text) : "";
}

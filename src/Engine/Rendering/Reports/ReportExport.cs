using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>A report that was written to a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Tables">The names of its tables.</param>
/// <param name="Rows">The number of rows in all tables.</param>
/// <param name="Calls">The number of calls counted.</param>
/// <param name="Note">Limits of the report, for the user; null for none.</param>
/// <param name="OmittedRows">Rows that are not listed because of the default limit of the format.</param>
public sealed record ReportExport(string Path, string Tables, long Rows, long Calls, string? Note, long OmittedRows = 0)
{
    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Path}: {Rows} rows");
}

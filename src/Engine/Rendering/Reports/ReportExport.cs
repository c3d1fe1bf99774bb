namespace KernelMagnifier.Rendering.Reports;

/// <summary>A report that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Tables">The tables in it, by name.</param>
/// <param name="Rows">Rows over all tables.</param>
/// <param name="Calls">Calls counted.</param>
/// <param name="Note">What was left out and why, for the user; null when everything is there.</param>
public sealed record ReportExport(string Path, string Tables, long Rows, long Calls, string? Note);

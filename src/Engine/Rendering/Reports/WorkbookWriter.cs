namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes a report as a workbook. The engine has no implementation, because it needs a library of its own.</summary>
/// <param name="report">The report.</param>
/// <param name="output">The stream, which must be seekable.</param>
/// <param name="progress">Receives the current step and the progress in per cent.</param>
/// <param name="cancel">Cancels the export.</param>
/// <returns>Limits of the workbook, for the user; null for none.</returns>
internal delegate string? WorkbookWriter(
    CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel);

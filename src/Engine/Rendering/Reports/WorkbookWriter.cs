namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes a report as a workbook, which needs more than the engine has.</summary>
/// <param name="report">The report.</param>
/// <param name="output">Where to; it can seek.</param>
/// <param name="progress">Told what is being done and how far it is, in per cent.</param>
/// <param name="cancel">Ends the work.</param>
/// <returns>What the user should know; null for nothing.</returns>
public delegate string? WorkbookWriter(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel);

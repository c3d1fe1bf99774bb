namespace KernelMagnifier.Rendering.Reports;

/// <summary>A table that is missing from a report.</summary>
/// <param name="Name">The name of the table.</param>
/// <param name="Reason">Why it is missing, as a clause.</param>
internal sealed record ReportOmission(string Name, string Reason);

namespace KernelMagnifier.Rendering.Reports;

/// <summary>A table that a report has not, and why.</summary>
/// <param name="Name">What the table would hold.</param>
/// <param name="Reason">Why it is not there.</param>
public sealed record ReportOmission(string Name, string Reason);

namespace KernelMagnifier.Rendering.Reports;

/// <summary>One thing a report says about a recording or about itself.</summary>
/// <param name="Name">Its name for programs, in camelCase.</param>
/// <param name="Heading">Its name for people.</param>
/// <param name="Value">What it is.</param>
public sealed record ReportFact(string Name, string Heading, ReportValue Value);

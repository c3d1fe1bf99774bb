namespace KernelMagnifier.Rendering.Reports;

/// <summary>How a report is written, beside its format.</summary>
/// <param name="ToTerminal">A terminal shows it: control characters are escaped in CSV, too.</param>
/// <param name="Colour">Headings may be emphasised.</param>
public readonly record struct ReportStyle(bool ToTerminal = false, bool Colour = false);

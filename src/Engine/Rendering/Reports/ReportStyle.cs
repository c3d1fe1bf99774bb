namespace KernelMagnifier.Rendering.Reports;

/// <summary>The destination of a table.</summary>
/// <param name="ToTerminal">Whether a terminal shows it. Control characters are then escaped in CSV as well.</param>
/// <param name="Colour">Whether headings are emphasized with escape sequences.</param>
internal readonly record struct ReportStyle(bool ToTerminal = false, bool Colour = false);

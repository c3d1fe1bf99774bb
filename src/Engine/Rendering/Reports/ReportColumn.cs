namespace KernelMagnifier.Rendering.Reports;

/// <summary>A column of a report.</summary>
/// <param name="Name">Its name in CSV and JSON, in camelCase.</param>
/// <param name="Heading">Its heading in a table for people.</param>
public sealed record ReportColumn(string Name, string Heading)
{
    /// <summary>Numbers that are added up where rows are merged.</summary>
    public bool IsSum { get; init; }

    /// <summary>Shown to people only: it says again what other columns say.</summary>
    public bool TableOnly { get; init; }

    /// <summary>For programs only.</summary>
    public bool NotInTable { get; init; }
}

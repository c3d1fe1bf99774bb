namespace KernelMagnifier.Rendering.Reports;

/// <summary>A column of a report.</summary>
/// <param name="Name">The name in CSV and JSON, in camelCase.</param>
/// <param name="Heading">The heading in formats for people.</param>
internal sealed record ReportColumn(string Name, string Heading)
{
    /// <summary>Whether the column holds numbers that are summed when rows are merged.</summary>
    public bool IsSum { get; init; }

    /// <summary>Whether only formats for people have the column, because it repeats others.</summary>
    public bool TableOnly { get; init; }

    /// <summary>Whether only formats for programs have the column.</summary>
    public bool NotInTable { get; init; }

    /// <summary>Whether the column holds numbers, which are aligned to the right.</summary>
    public bool IsNumber => IsSum || Name is "processId" or "cpu";
}

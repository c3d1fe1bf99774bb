namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>All rows of the benchmark, in the order of the page.</summary>
internal sealed class Table(BenchmarkInputs inputs)
{
    private readonly List<(string Id, Func<string, Row> Make)> _rows =
        [.. new ReadingRows(inputs).All, .. new EventRows(inputs).All, .. new PowerShellRows(inputs).All,
            .. new ScalingRows(inputs).All, .. new ToolRows(inputs).All, .. new BuildRows(inputs).All, .. new ComparisonRows(inputs).All];

    /// <summary>The names for --rows.</summary>
    public IEnumerable<string> Ids => _rows.Select(r => r.Id);

    /// <summary>The requested rows; null for all.</summary>
    public List<Row> Rows(string[]? ids)
    {
        foreach (var id in ids ?? [])
            if (!Ids.Contains(id)) throw new FormatException($"There is no row '{id}'. The rows are {string.Join(", ", Ids)}.");
        return [.. _rows.Where(r => ids is null || ids.Contains(r.Id)).Select(r => r.Make(r.Id))
            .Select(row => row with { Before = inputs.WithBefore(row.Ours) })];
    }
}

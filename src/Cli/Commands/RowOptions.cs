using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Which rows of a report and in what order, the same for every command that sorts.</summary>
internal static class RowOptions
{
    private static readonly CliOption Sort = new("sort", "Sort by these columns, named as in CSV; numbers go from the largest down, text from a to z; :asc and :desc say otherwise") { Value = "COLUMN", IsList = true };

    /// <summary>How many rows.</summary>
    public static readonly CliOption Top = new("top", "At most so many rows") { Value = "N" };

    /// <summary>The options.</summary>
    public static readonly IReadOnlyList<CliOption> All = [Sort, Top];

    /// <summary>Sorts and cuts a report as asked.</summary>
    /// <returns>How many rows there were.</returns>
    public static int Apply(ReportTable table, Arguments arguments)
    {
        if (arguments.List(Sort) is { Count: > 0 } columns) table.Sort([.. columns.Select(c => Column(table, c))]);
        var all = table.Rows.Count;
        if (arguments.Integer(Top, 1, int.MaxValue) is { } top) table.Keep((int)top);
        return all;
    }

    private static (int Column, bool Descending) Column(ReportTable table, string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        var at = table.IndexOf(name);
        if (at < 0) throw CliException.Usage($"{Sort} does not know '{name}'. It knows: {string.Join(", ", table.Columns.Where(c => !c.TableOnly).Select(c => c.Name))}.");
        return (at, colon < 0 ? table.Rows.Exists(r => r[at].Kind == ReportKind.Number) : text[(colon + 1)..] switch
        {
            "asc" => false,
            "desc" => true,
            _ => throw CliException.Usage($"{Sort}: after the colon stands asc or desc, not '{text[(colon + 1)..]}'."),
        });
    }
}

using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The options for the order and number of rows, shared by the commands that sort.</summary>
internal static class RowOptions
{
    private static readonly CliOption Sort = new("sort",
        "Sort by these columns, named as in CSV. Numbers are sorted in descending order, text in ascending order; "
        + "append :asc or :desc to change that")
    { Value = "COLUMN", IsList = true };

    /// <summary>The largest number of rows.</summary>
    public static readonly CliOption Top = new("top", "Write at most N rows") { Value = "N" };

    /// <summary>The options.</summary>
    public static readonly IReadOnlyList<CliOption> All = [Sort, Top];

    /// <summary>Sorts a table and removes the rows after <see cref="Top"/>.</summary>
    /// <returns>The number of rows before any were removed.</returns>
    public static int Apply(ReportTable table, Arguments arguments)
    {
        if (arguments.List(Sort) is { Count: > 0 } columns) table.Sort([.. columns.Select(c => Column(table, c))]);
        var all = table.Rows.Count;
        if (arguments.Integer(Top, 1, int.MaxValue) is { } top) table.Keep((int)top);
        return all;
    }

    /// <summary>Reports on standard error that there are no rows, or that rows were removed.</summary>
    public static void ReportRows(CliHost host, int shown, int all)
    {
        if (all == 0) host.Report(Recordings.NoCallPasses);
        else if (shown < all) host.Report($"{shown} of {all} rows");
    }

    private static (int Column, bool Descending) Column(ReportTable table, string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        var at = table.IndexOf(name);
        if (at < 0)
        {
            var columns = table.Columns.Where(c => !c.TableOnly).Select(c => c.Name);
            throw CliException.Usage($"{Sort} does not accept '{name}'. Use one of: {string.Join(", ", columns)}.");
        }
        return (at, colon < 0 ? table.Rows.Exists(r => r[at].Kind == ReportKind.Number) : text[(colon + 1)..] switch
        {
            "asc" => false,
            "desc" => true,
            _ => throw CliException.Usage($"{Sort} takes asc or desc after the colon, not '{text[(colon + 1)..]}'."),
        });
    }
}

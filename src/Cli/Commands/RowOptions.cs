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

    /// <summary>An empty result is a failure.</summary>
    public static readonly CliOption FailIfEmpty = new("fail-if-empty", "Exit with code 1 if no call passes the filter");

    /// <summary>The options.</summary>
    public static readonly IReadOnlyList<CliOption> All = [Sort, Top, FailIfEmpty];

    /// <summary>Whether rows are to be sorted or removed.</summary>
    public static bool AreGiven(Arguments arguments) => arguments.List(Sort) is { Count: > 0 } || arguments.Has(Top);

    /// <summary>Sorts a table and removes the rows after <see cref="Top"/>.</summary>
    /// <returns>The number of rows before any were removed.</returns>
    public static int Apply(ReportTable table, Arguments arguments)
    {
        if (arguments.List(Sort) is { Count: > 0 } columns) table.Sort([.. columns.Select(c => Column(table, c))]);
        var all = table.Rows.Count;
        if (arguments.Integer(Top, 1, int.MaxValue) is { } top) table.Keep((int)top);
        return all;
    }

    /// <summary>The largest number of rows that was given; no limit if there is none.</summary>
    public static long Limit(Arguments arguments) => arguments.Integer(Top, 1) ?? long.MaxValue;

    /// <summary>Whether an empty result is a failure.</summary>
    public static bool FailsIfEmpty(Arguments arguments) => arguments.Has(FailIfEmpty);

    /// <summary>Reports on standard error that there are no rows, or that rows were removed. Returns the exit code.</summary>
    public static int ReportRows(Arguments arguments, CliHost host, Recordings recordings, int shown, int all)
    {
        if (all == 0) return ReportEmpty(arguments, host, recordings);
        if (shown < all) host.Report($"{shown} of {all} rows");
        return ExitCode.Ok;
    }

    /// <summary>Reports on standard error why no call passed. Returns the exit code.</summary>
    public static int ReportEmpty(Arguments arguments, CliHost host, Recordings recordings)
    {
        host.Report(recordings.WhyNothing());
        return arguments.Has(FailIfEmpty) ? ExitCode.BadInput : ExitCode.Ok;
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

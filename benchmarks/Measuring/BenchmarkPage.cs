using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using KernelMagnifier.Benchmarks.Generation;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The page with the results, the machine and the recordings.</summary>
internal sealed class BenchmarkPage(
    IReadOnlyList<Row> rows, IReadOnlyDictionary<Command, Figures> figures, IReadOnlyCollection<GeneratedRecording> recordings,
    string scale, int runs, bool hasBefore)
{
    private const string NotMeasured = "not measured";

    private readonly string _date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The table.</summary>
    public string Table()
    {
        string[] columns = ["work", .. Column("before"), "us", "peer", "ratio", "to reach", "met?"];
        var text = new StringBuilder();
        text.Append("| ").AppendJoin(" | ", columns).Append(" |\n| ").AppendJoin(" | ", columns.Select(_ => "---")).Append(" |\n");
        foreach (var row in rows)
        {
            var (ours, peer) = (figures[row.Ours], row.Peer is null ? null : figures[row.Peer]);
            var verdict = Verdict(row, ours, peer);
            string[] cells = [row.Work, .. Column(Before(row)), Measured(row, ours, row.OursText), Peer(row, peer),
                verdict?.Text ?? Targets.None, row.Target, Met(row, verdict)];
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        }
        return text.ToString();
    }

    /// <summary>The whole page.</summary>
    public string Text() => $"""
        # Benchmarks

        Written by `./build.sh bench` on {_date}; the next run replaces this page. [performance.md](performance.md) explains the design
        behind the numbers.
        {(scale == "full" ? "" : "\n**These recordings are small and only test the benchmark: the numbers mean little.**\n")}
        {Table()}
        - Each time is the median of {runs} runs after a warm-up. The commands that read the same recording take turns.
        - A run is a whole process, from its start to its exit, with output to /dev/null and input from the page cache.
          The rows of cmdlets, of one pass and of the cached symbol map measure inside a new process, without the start of the shell
          or the runtime.
        - The first picture of a page is measured from the start of its navigation to the second frame after the graph was drawn, in a
          browser that runs already.{(hasBefore ? "\n- \"before\" is an older build, which took turns with this one." : "")}
        - Shares are those of simulated comparisons, from seed 1 ([comparison.md](comparison.md)).
        - Peers that take minutes run once, and only where an environment variable requests them.
        - Memory is the peak of the resident set during the warm-up (`/usr/bin/time -f %M`).

        ## Machine

        | | |
        | --- | --- |
        | CPU | {Machine.Cpu()}, {Environment.ProcessorCount} cores |
        | memory | {Machine.Memory()} |
        | kernel | {Machine.FirstLine("uname -sr")} |
        | system | {Machine.FirstLine("sed -n 's/^PRETTY_NAME=\"\\(.*\\)\"/\\1/p' /etc/os-release")} |
        | .NET | {RuntimeInformation.FrameworkDescription}; SDK {Machine.FirstLine("dotnet --version")} |
        | pwsh | {(ShellWords.Pwsh is { } pwsh ? Machine.FirstLine($"{ShellWords.Quote(pwsh)} --version") : "not installed")} |
        | python3 | {Machine.FirstLine("python3 --version")} |
        | trace-cmd | {Machine.FirstLine("trace-cmd --version 2>&1 | sed -n 's/.*version //p'")} |
        | zstd | {Machine.FirstLine("zstd --version | grep -o 'v[0-9.]*'")} |
        | Graphviz | {Machine.FirstLine("dot -V 2>&1")} |
        | load average at the end | {Machine.FirstLine("cut -d' ' -f1-3 /proc/loadavg")} |

        ## Recordings

        `benchmarks/` generates the recordings from seed 1. They consist of runs of calls from a real recording
        (`tests/data/km-small.data.zst`), in variants that add edges; a trace.dat contains the sections of a real one. Before anything is
        measured, `kernel-magnifier info` must read exactly the generated number of calls from each.

        | recording | bytes | calls |
        | --- | --- | --- |
        {string.Join("\n", recordings.Select(Describe))}

        """.ReplaceLineEndings("\n");

    private static string Describe(GeneratedRecording recording)
        => string.Create(CultureInfo.InvariantCulture, $"| {Path.GetFileName(recording.Path)} | {recording.Bytes:N0} | {recording.Calls:N0} |");

    private Verdict? Verdict(Row row, Figures ours, Figures? peer)
    {
        if (ours.Failure is not null || (row.IsMemory && ours.PeakBytes is null)) return null;
        if (row.JudgeAll is not null)
        {
            var others = row.Others.Select(c => figures[c]).ToArray();
            return others.Any(o => o.Failure is not null) ? null : row.JudgeAll(ours, others);
        }
        if (peer?.Failure is not null && !row.IsPeerOptional) return null;
        return row.Judge(ours, peer ?? new Figures([], null, null));
    }

    /// <summary>A cell of the column of the older build, if the table has it.</summary>
    private string[] Column(string cell) => hasBefore ? [cell] : [];

    private string Before(Row row) => row.Before is null ? row.BeforeText ?? Targets.None : Measured(row, figures[row.Before], row.BeforeText);

    private static string Measured(Row row, Figures ours, string? text)
    {
        if (ours.Failure is not null) return ours.Failure;
        if (text is not null) return text;
        if (row.IsShare) return $"{Numbers.Short(ours.Median * 100)} %";
        var memory = ours.PeakBytes is { } peak ? Numbers.Megabytes(peak) : null;
        if (row.IsMemory) return memory ?? NotMeasured;
        return Numbers.Seconds(ours.Median) + (memory is null ? "" : $", {memory}");
    }

    private static string Peer(Row row, Figures? peer)
        => peer is null ? row.PeerName
            : $"{row.PeerName}: {peer.Failure ?? Numbers.Seconds(peer.Median) + (row.Peer!.IsLong ? ", one run" : "")}";

    private static string Met(Row row, Verdict? verdict) => verdict switch
    {
        _ when row.Target == Targets.None => Targets.None,
        null => NotMeasured,
        { Met: true } => "yes",
        _ => row.Reason is null ? "**no**" : $"**no**: {row.Reason}",
    };
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using KernelMagnifier.Benchmarks.Generation;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The page that shows what was measured, and on what.</summary>
internal sealed class BenchmarkPage(IReadOnlyList<Row> rows, IReadOnlyDictionary<Command, Figures> figures, IReadOnlyCollection<GeneratedRecording> recordings, string scale, int runs)
{
    private const string Start = "<!-- benchmarks -->", End = "<!-- /benchmarks -->";

    private readonly string _date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The table.</summary>
    public string Table()
    {
        var text = new StringBuilder("| work | us | peer | ratio | to reach | met? |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var row in rows)
        {
            var (us, peer) = (figures[row.Us], row.Peer is null ? null : figures[row.Peer]);
            var verdict = Verdict(row, us, peer);
            text.Append(CultureInfo.InvariantCulture, $"| {row.Work} | {Ours(row, us)} | {Theirs(row, peer)} | {verdict?.Text ?? "—"} | {row.ToReach} | {Met(row, verdict)} |\n");
        }
        return text.ToString();
    }

    /// <summary>The whole page.</summary>
    public string Text() => $"""
        # Benchmarks

        Written by `./build.sh bench` on {_date}; a second run replaces it. What made the figures what they are stands in [performance.md](performance.md).
        {(scale == "full" ? "" : "\n**These are small recordings, to see that everything works: the figures say little.**\n")}
        {Table()}
        Each figure is the median of {runs} runs after a warm-up, the commands of a row (and of the rows above and below it that read the same file) taking turns. A run is a whole process, from start to exit, its
        output going to /dev/null, its input in the page cache. In rows of pwsh and of "one pass" the statement is timed inside a new process, so that the start of the shell and of the runtime does not hide
        it. Peers that take minutes run once, where the environment asks for them. Resident memory is the peak of the warm-up, as the kernel tells it (`/usr/bin/time -f %M`).

        ## Machine

        | | |
        | --- | --- |
        | CPU | {Cpu()}, {Environment.ProcessorCount} cores |
        | memory | {Memory()} |
        | kernel | {Said("uname -sr")} |
        | system | {Said("sed -n 's/^PRETTY_NAME=\"\\(.*\\)\"/\\1/p' /etc/os-release")} |
        | .NET | {RuntimeInformation.FrameworkDescription}; SDK {Said("dotnet --version")} |
        | pwsh | {Said("pwsh --version")} |
        | python3 | {Said("python3 --version")} |
        | trace-cmd | {Said("trace-cmd --version 2>&1 | sed -n 's/.*version //p'")} |
        | zstd | {Said("zstd --version | grep -o 'v[0-9.]*'")} |
        | Graphviz | {Said("dot -V 2>&1")} |
        | load when it ended | {Said("cut -d' ' -f1-3 /proc/loadavg")} |

        ## Recordings

        Generated from seed 1 by `benchmarks/`: runs of the calls of a real recording (`tests/data/km-small.data.zst`), in variants that widen its edges; the trace.dat around the sections of a real one.
        Before anything is measured, `kernel-magnifier info` must read from each as many calls as were written.

        | recording | bytes | calls |
        | --- | --- | --- |
        {string.Join("\n", recordings.Select(r => string.Create(CultureInfo.InvariantCulture, $"| {Path.GetFileName(r.Path)} | {r.Bytes:N0} | {r.Calls:N0} |")))}

        """.ReplaceLineEndings("\n");

    /// <summary>Puts the table between the markers of another page; a page without them is left as it is.</summary>
    public void PutInto(string path)
    {
        var text = File.ReadAllText(path);
        var (start, end) = (text.IndexOf(Start, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (start < 0 || end < start) throw new InvalidDataException($"{path} has no {Start} … {End}.");
        File.WriteAllText(path, $"{text[..(start + Start.Length)]}\n{Table()}\n{Cpu()}, {Environment.ProcessorCount} cores, {_date}.\n{text[end..]}");
    }

    private Verdict? Verdict(Row row, Figures us, Figures? peer)
    {
        if (us.Failure is not null) return null;
        if (row.JudgeAll is not null)
        {
            var others = row.Others.Select(c => figures[c]).ToArray();
            return others.Any(o => o.Failure is not null) ? null : row.JudgeAll(us, others);
        }
        // The picture has a target of its own, whether dot ends or not.
        if (peer?.Failure is not null && row.Id != "picture") return null;
        return row.Judge(us, peer ?? new Figures([], null, null));
    }

    private static string Ours(Row row, Figures us)
        => us.Failure ?? (row.IsMemory ? us.PeakBytes is { } peak ? $"{peak / 1_000_000} MB" : "not measured"
            : row.Id == "executable" ? "—"
            : Measuring.Table.Seconds(us.Median) + (us.PeakBytes is { } bytes ? $", {bytes / 1_000_000} MB" : ""));

    private static string Theirs(Row row, Figures? peer)
        => peer is null ? row.PeerName : $"{row.PeerName}: {peer.Failure ?? Measuring.Table.Seconds(peer.Median) + (row.Peer!.IsLong ? ", one run" : "")}";

    private static string Met(Row row, Verdict? verdict) => verdict switch
    {
        _ when row.ToReach == "—" => "—",
        null => "not measured",
        { Met: true } => "yes",
        _ => row.Reason is null ? "**no**" : $"**no**: {row.Reason}",
    };

    private static string Cpu()
        => File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string Memory()
        => File.ReadLines("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemTotal", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "";

    /// <summary>The first line a command prints.</summary>
    private static string Said(string command)
    {
        var output = Path.GetTempFileName();
        var (_, code) = ChildProcess.Run(command, output);
        var line = File.ReadLines(output).FirstOrDefault(l => l.Length > 0);
        File.Delete(output);
        return code == 0 && line is not null ? line : "not on this machine";
    }
}

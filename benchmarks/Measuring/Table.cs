using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Benchmarks.Generation;
using static KernelMagnifier.Benchmarks.Measuring.Runner;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The rows: what is measured, against whom, and what is to be reached.</summary>
internal sealed class Table(string folder, bool isFull)
{
    private const long Mega = 1_000_000;

    private readonly string _cli = Path.Combine(Recordings.Root, "artifacts/kernel-magnifier");
    private readonly string _module = Path.Combine(Recordings.Root, "artifacts/KernelMagnifier");
    private readonly string _peers = Path.Combine(Recordings.Root, "benchmarks/peers");
    private readonly Dictionary<string, GeneratedRecording> _used = [];

    /// <summary>What --rows takes.</summary>
    public static IReadOnlyList<string> Ids { get; } =
        ["text-tool", "text-python", "text-wc", "text-memory", "text-stdin", "text-zstd", "dat-report", "dat-cat", "dat-memory", "dat-events", "graph-text", "pwsh-objects", "pwsh-counts", "pwsh-edges",
         "import-module", "cli-help", "size", "size-memory", "cores", "one-pass", "symbols-cold", "symbols-cached", "symbols-dwarfdump", "picture", "executable"];

    /// <summary>The recordings the rows read.</summary>
    public IReadOnlyCollection<GeneratedRecording> Used => _used.Values;

    /// <summary>The rows asked for; null for all.</summary>
    public List<Row> Rows(string[]? ids)
    {
        foreach (var id in ids ?? [])
            if (!Ids.Contains(id)) throw new FormatException($"There is no row '{id}': {string.Join(' ', Ids)}.");
        return [.. Ids.Where(id => ids is null || ids.Contains(id)).Select(Make)];
    }

    private Row Make(string id) => id switch
    {
        "text-tool" => new Row(id, "text", $"{Size(Text)} ftrace text ({Millions(Text)} calls) → all edges, native command line", Edges(Text),
            "the Python kernel-magnifier's own parse", PythonTool(), "≥ 150 × faster", Faster(150)),
        "text-python" => new Row(id, "text", "the same", Edges(Text),
            "a plain parse in Python, a regular expression a line", Needs("python3", $"python3 {Quote(_peers + "/parse.py")} {Quote(Text.Path)}"), "—", Faster(1)),
        "text-wc" => new Row(id, "text", "the same", Edges(Text), "`wc -l`", Needs("wc", $"wc -l {Quote(Text.Path)}"), "≤ 8 × its time", AtMost(8)),
        "text-memory" => Memory(id, "text", "the same, resident memory", Edges(Text), 150),
        "text-stdin" => new Row(id, "text-zstd", "the same, piped through standard input", Needs("zstd", $"zstd -dcq {Quote(TextZst)} | {Quote(_cli)} edges - --csv"),
            "`zstd -dc \\| wc -l`", Needs("zstd", $"zstd -dcq {Quote(TextZst)} | wc -l"), "≤ 1.5 × its time", AtMost(1.5))
        {
            Reason = "unpacking and parsing share two cores, and each byte is copied into the pipe and out of it; with one thread that parses and a core for zstd it takes as long",
        },
        "text-zstd" => new Row(id, "text-zstd", "the same, compressed with zstd", Needs("zstd", $"{Quote(_cli)} edges {Quote(TextZst)} --csv"),
            "`zstd -dc \\| wc -l`", Needs("zstd", $"zstd -dcq {Quote(TextZst)} | wc -l"), "≤ 1.5 × its time", AtMost(1.5)),
        "dat-report" => new Row(id, "dat", $"{Size(Dat)} trace.dat of the function tracer ({Millions(Dat)} calls) → all edges", Edges(Dat), "`trace-cmd report`", Report, "≥ 100 × faster", Faster(100)),
        "dat-cat" => new Row(id, "dat", "the same", Edges(Dat), "`cat`", Needs("cat", $"cat {Quote(Dat.Path)}"), "≤ 8 × its time", AtMost(8)),
        "dat-memory" => Memory(id, "dat", "the same, resident memory", Edges(Dat), 200),
        "dat-events" => new Row(id, "dat", "the same → all events in time order as text", new Command($"{Quote(_cli)} events {Quote(Dat.Path)} --csv"), "`trace-cmd report`", Report, "≥ 10 × faster", Faster(10)),
        "graph-text" => new Row(id, "graph-text", $"{Size(Graph)} function_graph text → edges with total and self times", Edges(Graph), "none", null, "≥ 1 GB/s",
            (us, _) => new Verdict($"{N(Graph.Bytes / us.Median / 1e9)} GB/s", Graph.Bytes / us.Median >= 1e9))
        {
            Reason = "a line costs about 170 ns on one core, a third of it waiting for memory while names are looked up; start, the join of the threads' counts and writing the edges, which do not run on both cores, are a fourth of the whole at this size",
        },
        "pwsh-objects" => new Row(id, "pwsh-objects", $"`Import-KmTrace \\| Select-KmCall \\| Measure-KmCall`, an object for each of {Millions(Objects)} calls",
            InShell($"Import-KmTrace {Word(Objects.Path)} | Select-KmCall | Measure-KmCall", "$env:KM_OBJECT_PER_CALL = '1'; "), "a binary cmdlet that emits as many prebuilt objects, and one that takes them", PeerPipeline(), "≤ 2 × its time", AtMost(2))
        {
            Reason = "three cmdlets and two hops where the peer has two and one, and for every object PowerShell's binder goes through all parameters of Select-KmCall, the 24 filters among them (about 12 ns each). This is what other cmdlets in the pipeline see; the next row is what the line itself does",
        },
        "pwsh-counts" => new Row(id, "pwsh-objects", "the same line as it stands: where only this module's cmdlets would see the objects, none are made",
            InShell($"Import-KmTrace {Word(Objects.Path)} | Select-KmCall | Measure-KmCall"), "the same", PeerPipeline(), "≤ 2 × its time", AtMost(2)),
        "pwsh-edges" => new Row(id, "pwsh-edges", $"`Import-KmTrace -AsEdge` in pwsh, {Size(Text)} ftrace text", InShell($"Import-KmTrace {Word(Text.Path)} -AsEdge"), "the native command line, whole process", Edges(Text),
            "≤ 1.3 × its time + 0.2 s", (us, peer) => new Verdict(Times(us.Median / peer.Median), us.Median <= 1.3 * peer.Median + 0.2)),
        "import-module" => new Row(id, "import-module", "`Import-Module`, cold", Shell("", $"Import-Module {Word(_module)}"), "an empty binary module", EmptyModule(), "+ 60 ms", Plus(0.060))
        {
            Reason = "the format file takes a third of it, ten milliseconds of that to parse the script blocks that make names fit for a terminal; the manifest a third, two assemblies and their cmdlets the rest",
        },
        "cli-help" => new Row(id, "cli-help", "the command line's `--help`", new Command($"exec {Quote(_cli)} --help"), "`/bin/true`", new Command("exec /bin/true"), "+ 15 ms", Plus(0.015)),
        "size" => Sizes(id, isMemory: false),
        "size-memory" => Sizes(id, isMemory: true),
        "cores" => new Row(id, "cores", $"{Size(Text)} ftrace text → all edges, on two cores", new Command($"{Quote(_cli)} edges {Quote(Text.Path)} --csv --threads 2", Missing: Environment.ProcessorCount < 2 ? "this machine has one core" : null),
            "itself, on one", new Command($"{Quote(_cli)} edges {Quote(Text.Path)} --csv --threads 1"), "≥ 1.7 × faster", Faster(1.7))
        {
            Reason = "both cores work to the end, but each thread learns the names for itself and they share a cache: 13 % more processor time than on one; runs of this row alone gave 1.62, 1.66, 1.75 and 1.82",
        },
        "one-pass" => new Row(id, "one-pass", "one pass that yields edges, and counts per task, context and CPU", Itself($"tally all {Quote(Text.Path)}"), "the edges alone", Itself($"tally edges {Quote(Text.Path)}"), "≤ 1.5 × its time", AtMost(1.5)),
        "symbols-cold" or "symbols-dwarfdump" => Symbols(id, cached: false),
        "symbols-cached" => Symbols(id, cached: true),
        "picture" => Picture(id),
        _ => new Row(id, "executable", "the native executable, bytes", new Command("true"), "none", null, "—", (_, _) => new Verdict($"{N(new FileInfo(_cli).Length / 1e6)} MB", true)),
    };

    private GeneratedRecording Text => Recording("counter", isFull ? 600 : 20);

    private GeneratedRecording Dat => Recording("dat", isFull ? 520 : 20);

    private GeneratedRecording Graph => Recording("graph", isFull ? 90 : 20);

    private GeneratedRecording Objects => Recording("seconds", isFull ? 90 : 5);

    private string TextZst
    {
        get
        {
            var path = Text.Path + ".zst";
            if (!File.Exists(path) || File.GetLastWriteTimeUtc(path) < File.GetLastWriteTimeUtc(Text.Path))
                ChildProcess.Run($"zstd -qf {Quote(Text.Path)} -o {Quote(path)}");
            return path;
        }
    }

    /// <summary>trace-cmd reads version 7 since 3.0.</summary>
    private Command Report => Needs("trace-cmd", $"trace-cmd report {Quote(Dat.Path)}");

    private GeneratedRecording Recording(string format, long megabytes)
    {
        var key = $"{format} {megabytes}";
        if (_used.TryGetValue(key, out var known)) return known;
        var recording = Recordings.Keep(folder, format, megabytes * Mega);
        Check(recording);
        return _used[key] = recording;
    }

    /// <summary>A fast reading that leaves something out would be no reading: the engine must see every call that was written.</summary>
    private void Check(GeneratedRecording recording)
    {
        var output = Path.Combine(folder, "info.tmp");
        var (_, code) = ChildProcess.Run($"{Quote(_cli)} info --json {Quote(recording.Path)}", output);
        if (code != 0) throw new InvalidOperationException($"{_cli} info fails on {recording.Path} with exit code {code}.");
        using var info = JsonDocument.Parse(File.ReadAllText(output));
        var (events, wrong) = (info.RootElement.GetProperty("events").GetInt64(), info.RootElement.GetProperty("notParsed").GetInt64());
        File.Delete(output);
        if (events != recording.Calls || wrong != 0)
            throw new InvalidOperationException($"{recording.Path} was written with {recording.Calls} calls; {events} are read and {wrong} lines or records not understood.");
    }

    /// <summary>The tool is not ours to bring along: who has it names its file.</summary>
    private Command PythonTool()
    {
        var tool = Environment.GetEnvironmentVariable("KM_BENCH_PYTHON_TOOL");
        if (!isFull || tool is null || !File.Exists(tool)) return new Command("", Missing: "not run: it takes minutes; KM_BENCH_PYTHON_TOOL=kernel-magnifier.py runs it");
        return Needs("python3", $"timeout 3600 python3 {Quote(_peers + "/tool.py")} {Quote(tool)} {Quote(Text.Path)}") with { IsLong = true };
    }

    private Command Edges(GeneratedRecording recording) => new($"exec {Quote(_cli)} edges {Quote(recording.Path)} --csv");

    private static Command Itself(string arguments) => new($"exec dotnet {Quote(typeof(Table).Assembly.Location)} {arguments}", Tells: true);

    private static Command Needs(string tool, string shell) => new(shell, Missing: Has(tool) ? null : $"{tool} is not on this machine");

    private static bool Has(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(path => File.Exists(Path.Combine(path, tool)));

    // --- pwsh: the statement is timed inside a new process, without the shell's own start -----------------------------------

    private Command InShell(string statement, string before = "") => Shell($"{before}Import-Module {Word(_module)}; ", statement);

    private static Command Shell(string before, string statement)
    {
        var script = $"$ErrorActionPreference = 'Stop'; {before}$clock = [Diagnostics.Stopwatch]::StartNew(); $null = {statement}; $clock.Elapsed.TotalSeconds.ToString('F6', [cultureinfo]::InvariantCulture)";
        return Needs("pwsh", $"exec pwsh -NoProfile -NonInteractive -Command {Quote(script)}") with { Tells = true };
    }

    private Command PeerPipeline()
    {
        var peer = Path.Combine(Recordings.Root, "artifacts/bench/peers/Pipeline/Pipeline.dll");
        var command = Shell(FormattableString.Invariant($"Import-Module {Word(peer)}; [KernelMagnifier.Benchmarks.Pipeline.Thing]::Build({Objects.Calls}); "), "Send-Thing | Receive-Thing");
        return File.Exists(peer) ? command : command with { Missing = $"{peer} is not built: benchmarks/run.sh builds it" };
    }

    private static Command EmptyModule()
    {
        var peer = Path.Combine(Recordings.Root, "artifacts/bench/peers/Empty/Empty.dll");
        var command = Shell("", $"Import-Module {Word(peer)}");
        return File.Exists(peer) ? command : command with { Missing = $"{peer} is not built: benchmarks/run.sh builds it" };
    }

    private static string Word(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    // --- rows of several commands -------------------------------------------------------------------------------------------

    private Row Sizes(string id, bool isMemory)
    {
        long[] sizes = isFull ? [1, 10, 100, 1000] : [1, 2, 5, 20];
        var commands = sizes.Select(size => Edges(Recording("counter", size))).ToArray();
        var list = string.Join(", ", sizes);
        return new Row(id, "size", $"cost against size: {list} MB of text → all edges, {(isMemory ? "resident memory" : "time")}", commands[^1], "itself", null,
            isMemory ? "memory flat: the largest at most 1.2 × the second largest" : "linear: the last step costs at most 1.2 × as much per MB as the one before it", (_, _) => default)
        {
            Others = commands[..^1],
            IsMemory = isMemory,
            JudgeAll = (us, others) =>
            {
                Figures[] all = [.. others, us];
                if (isMemory)
                {
                    if (all.Any(f => f.PeakBytes is null)) return new Verdict("not measured: `time` is not on this machine", false);
                    return new Verdict(string.Join(", ", all.Select(f => N(f.PeakBytes!.Value / 1e6))) + " MB", all[^1].PeakBytes <= 1.2 * all[^2].PeakBytes);
                }
                var last = (all[^1].Median - all[^2].Median) / (sizes[^1] - sizes[^2]);
                var before = (all[^2].Median - all[^3].Median) / (sizes[^2] - sizes[^3]);
                return new Verdict(string.Join(", ", all.Select(f => Seconds(f.Median))), last <= 1.2 * before);
            },
        };
    }

    private Row Symbols(string id, bool cached)
    {
        var image = Vmlinux();
        var missing = image is null ? "no vmlinux with debug information is here: install linux-image-$(uname -r)-dbg, or name one in KM_BENCH_VMLINUX" : null;
        var cache = Path.Combine(folder, "cache");
        var ours = $"XDG_CACHE_HOME={Quote(cache)} exec {Quote(_cli)} generate-symbol-map -k {Quote(image ?? "")} -o {Quote(Path.Combine(folder, "symbols.map"))}";
        if (cached)
        {
            // The map itself from the cache, as every reading with -SymbolMap takes it; writing it out as text is another matter.
            return new Row(id, "symbols", "the same from the cache, in a process that is there already", Itself($"symbols {Quote(image ?? "")} {Quote(cache)}") with { Missing = missing },
                "none", null, "< 50 ms", (us, _) => new Verdict($"{N(us.Median * 1000)} ms", us.Median < 0.050));
        }
        var walk = Path.Combine(folder, "peers/libdw-walk");
        var size = image is null ? "" : $" ({new FileInfo(image).Length / Mega} MB)";
        if (id == "symbols-dwarfdump")
        {
            // Minutes a run, too.
            var dump = Needs("dwarfdump", $"timeout 3600 dwarfdump {Quote(image ?? "")} | grep -c DW_AT_decl_file");
            return new Row(id, "symbols-dwarfdump", "the same", new Command(ours + " --no-cache", Missing: missing), "`dwarfdump` into a pipe",
                Environment.GetEnvironmentVariable("KM_BENCH_DWARFDUMP") == "1" ? dump with { IsLong = true } : dump with { Missing = "not run: it takes minutes; KM_BENCH_DWARFDUMP=1 runs it" }, "—",
                (us, peer) => new Verdict(double.IsNaN(peer.Median) ? Seconds(us.Median) : $"{N(peer.Median / us.Median)} × faster", true));
        }
        return new Row(id, "symbols", $"symbol map of a vmlinux{size}, without the cache, written as a file", new Command(ours + " --no-cache", Missing: missing), "a C program on libdw that reads the same",
            new Command($"exec {Quote(walk)} {Quote(image ?? "")}", Missing: missing ?? (File.Exists(walk) ? null : "not built: it needs gcc and libdw-dev")), "≤ 1.2 × its time", AtMost(1.2));
    }

    /// <summary>A kernel's image with debug information: the one that is named, or the running kernel's.</summary>
    private static string? Vmlinux()
    {
        var release = File.Exists("/proc/sys/kernel/osrelease") ? File.ReadAllText("/proc/sys/kernel/osrelease").Trim() : "";
        return new[] { Environment.GetEnvironmentVariable("KM_BENCH_VMLINUX"), $"/usr/lib/debug/boot/vmlinux-{release}", $"/usr/lib/debug/lib/modules/{release}/vmlinux" }.FirstOrDefault(File.Exists);
    }

    private Row Picture(string id)
    {
        var (svg, dot) = (Path.Combine(folder, "picture.svg"), Path.Combine(folder, "everything.dot"));
        if (isFull && Has("dot")) ChildProcess.Run($"{Quote(_cli)} graph {Quote(Text.Path)} --everything -o {Quote(dot)}");
        // Minutes a run: only where there is time for it.
        var peer = Needs("dot", $"timeout 1200 dot -Tsvg {Quote(dot)} -o {Quote(Path.Combine(folder, "everything.svg"))}");
        return new Row(id, "picture", $"graph of a whole recording ({Size(Text)}, thousands of functions) → svg on disk", Needs("dot", $"{Quote(_cli)} graph {Quote(Text.Path)} --time-limit 5 -o {Quote(svg)}"),
            "`dot -Tsvg` on everything", isFull && Environment.GetEnvironmentVariable("KM_BENCH_DOT") == "1" ? peer with { IsLong = true } : peer with { Missing = "not run: it takes minutes; KM_BENCH_DOT=1 runs it" },
            "under 5 s", (us, peer) => new Verdict(double.IsNaN(peer.Median) ? Seconds(us.Median) : $"{N(peer.Median / us.Median)} × faster", us.Median < 5));
    }

    private static Row Memory(string id, string group, string work, Command us, long megabytes) => new(id, group, work, us, "none", null, $"< {megabytes} MB",
        (figures, _) => figures.PeakBytes is { } peak ? new Verdict($"{N(peak / 1e6)} MB", peak < megabytes * Mega) : new Verdict("not measured: `time` is not on this machine", false))
    { IsMemory = true };

    // --- targets ------------------------------------------------------------------------------------------------------------

    private static Func<Figures, Figures, Verdict> Faster(double times) => (us, peer) => new Verdict($"{N(peer.Median / us.Median)} × faster", peer.Median / us.Median >= times);

    private static Func<Figures, Figures, Verdict> AtMost(double times) => (us, peer) => new Verdict(Times(us.Median / peer.Median), us.Median / peer.Median <= times);

    private static Func<Figures, Figures, Verdict> Plus(double seconds) => (us, peer) => new Verdict($"{(us.Median - peer.Median) * 1000:+0.0;-0.0} ms", us.Median - peer.Median <= seconds);

    private static string Times(double ratio) => $"{N(ratio)} ×";

    private static string N(double value) => value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);

    /// <summary>Seconds as the table shows them.</summary>
    public static string Seconds(double seconds) => seconds < 1 ? $"{N(seconds * 1000)} ms" : $"{N(seconds)} s";

    private static string Size(GeneratedRecording recording) => $"{recording.Bytes / Mega} MB";

    private static string Millions(GeneratedRecording recording) => $"{(recording.Calls / 1e6).ToString("F1", CultureInfo.InvariantCulture)} million";
}

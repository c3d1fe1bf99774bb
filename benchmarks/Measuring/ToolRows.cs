using KernelMagnifier.Benchmarks.Generation;
using static KernelMagnifier.Benchmarks.Measuring.ShellWords;
using static KernelMagnifier.Benchmarks.Measuring.Targets;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The rows about the start of the command line, symbol maps, pictures and the size of the executable.</summary>
internal sealed class ToolRows(BenchmarkInputs inputs)
{
    private readonly string? _vmlinux = FindVmlinux();

    /// <summary>The rows by id.</summary>
    public IEnumerable<(string Id, Func<string, Row> Make)> All =>
        [("cli-help", Help), ("symbols-cold", ColdSymbols), ("symbols-cached", CachedSymbols), ("symbols-dwarfdump", Dwarfdump),
            ("picture", Picture), ("page", Page), ("executable", Executable)];

    private string Cache => Path.Combine(inputs.Folder, "cache");

    private string? NoVmlinux
        => _vmlinux is null
        ? "no vmlinux with debug information was found: install linux-image-$(uname -r)-dbg, or name one in KM_BENCH_VMLINUX"
        : null;

    private string ColdWork
    {
        get
        {
            var size = _vmlinux is null ? "" : $" ({new FileInfo(_vmlinux).Length / Numbers.Mega} MB)";
            return $"Symbol map of a vmlinux{size}, without the cache, written to a file";
        }
    }

    private Command ColdCommand
    {
        get
        {
            var map = Path.Combine(inputs.Folder, "symbols.map");
            var shell = $"XDG_CACHE_HOME={Quote(Cache)} exec {Quote(inputs.Cli)} generate-symbol-map -k {Quote(_vmlinux ?? "")} "
                + $"-o {Quote(map)} --no-cache";
            return new Command(shell, Missing: NoVmlinux);
        }
    }

    private Row Help(string id)
        => new(id, "cli-help", "`kernel-magnifier --help`", new Command($"exec {Quote(inputs.Cli)} --help"), "`/bin/true`",
            new Command("exec /bin/true"), "≤ 15 ms more", AtMostMore(0.015));

    private Row ColdSymbols(string id)
    {
        var walk = Path.Combine(inputs.Folder, "peers/libdw-walk");
        var peer = new Command($"exec {Quote(walk)} {Quote(_vmlinux ?? "")}",
            Missing: NoVmlinux ?? (File.Exists(walk) ? null : "not built: it needs gcc and libdw-dev"));
        return new Row(id, "symbols", ColdWork, ColdCommand, "a C program on libdw that reads the same", peer,
            "≤ 1.2 × the time", AtMost(1.2));
    }

    // The load alone, as every reading with a symbol map does it, without writing the map as text.
    private Row CachedSymbols(string id)
        => new(id, "symbols", "Symbol map of the same vmlinux from the cache, in a running process",
        BenchmarkInputs.Engine($"symbols {Quote(_vmlinux ?? "")} {Quote(Cache)}") with { Missing = NoVmlinux }, None, null,
            "< 50 ms", Within(0.050));

    private Row Dwarfdump(string id)
    {
        var dump = Needs("dwarfdump", $"timeout 3600 dwarfdump {Quote(_vmlinux ?? "")} | grep -c DW_AT_decl_file");
        return new Row(id, "symbols-dwarfdump", ColdWork, ColdCommand, "`dwarfdump` into a pipe",
            OnlyIf("KM_BENCH_DWARFDUMP", dump), None,
            (ours, peer) => new Verdict(FasterText(ours, peer), true));
    }

    private Row Picture(string id)
    {
        var (svg, dot) = (Path.Combine(inputs.Folder, "picture.svg"), Path.Combine(inputs.Folder, "everything.dot"));
        if (inputs.IsFull && Find("dot") is not null)
            ChildProcess.Run($"{Quote(inputs.Cli)} graph {Quote(inputs.Text.Path)} --everything -o {Quote(dot)}");
        var peer = Needs("dot", $"timeout 1200 dot -Tsvg {Quote(dot)} -o {Quote(Path.Combine(inputs.Folder, "everything.svg"))}");
        return new Row(id, "picture",
            $"Graph of {Numbers.Size(inputs.Text)} of ftrace text (thousands of functions) as an .svg file",
            Needs("dot", $"{Quote(inputs.Cli)} graph {Quote(inputs.Text.Path)} --time-limit 5 -o {Quote(svg)}"),
                "`dot -Tsvg` of all functions",
            OnlyIf("KM_BENCH_DOT", peer), "< 5 s",
                (ours, dotSvg) => new Verdict(FasterText(ours, dotSvg), ours.Median < 5))
        { IsPeerOptional = true };
    }

    // The page is made before it is measured, by the executable whose row it is.
    private Row Page(string id)
    {
        var (html, script) = (Path.Combine(inputs.Folder, "wide.html"), Path.Combine(Recordings.Root, "benchmarks/page/first-picture.mjs"));
        var chromium = Find("chromium") ?? Find("chromium-browser");
        var missing = Find("node") is null ? "Node.js is not installed" : chromium is null ? "Chromium is not installed" : null;
        var command = missing is not null ? new Command("", Missing: missing)
            : new Command($"{Quote(inputs.Cli)} graph {Quote(inputs.WideGraph.Path)} -o {Quote(html)} && "
                + $"CHROMIUM={Quote(chromium!)} exec node {Quote(script)} {Quote(html)}", PrintsSeconds: true);
        return new Row(id, id, "A page (`.html`) of 5,000 functions and 20,000 edges, to its first picture in Chromium", command, None, null,
            "≤ 1 s", AtMostSeconds(1));
    }

    private Row Executable(string id)
    {
        var size = Size(inputs.Cli);
        return new Row(id, "executable", "Size of the native executable",
            new Command("true", Missing: size is null ? $"{inputs.Cli} does not exist" : null), None, null, None,
            (_, _) => new Verdict(None, true))
        { OursText = size, BeforeText = inputs.Before is { } before ? Size(before.Cli) : null };
    }

    private static string? Size(string path) => File.Exists(path) ? Numbers.Megabytes(new FileInfo(path).Length) : null;

    /// <summary>A peer that takes minutes and runs only where an environment variable is 1.</summary>
    private Command OnlyIf(string variable, Command peer)
        => inputs.IsFull && Environment.GetEnvironmentVariable(variable) == "1" ? peer with { IsLong = true }
            : peer with { Missing = $"not run: it takes minutes; {variable}=1 runs it" };

    /// <summary>A kernel image with debug information: the one in KM_BENCH_VMLINUX, or the running kernel's.</summary>
    private static string? FindVmlinux()
    {
        var release = File.Exists("/proc/sys/kernel/osrelease") ? File.ReadAllText("/proc/sys/kernel/osrelease").Trim() : "";
        return new[] { Environment.GetEnvironmentVariable("KM_BENCH_VMLINUX"), $"/usr/lib/debug/boot/vmlinux-{release}",
            $"/usr/lib/debug/lib/modules/{release}/vmlinux" }
            .FirstOrDefault(File.Exists);
    }
}

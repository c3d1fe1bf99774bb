using KernelMagnifier.Benchmarks.Generation;
using KernelMagnifier.Benchmarks.Measuring;

namespace KernelMagnifier.Benchmarks.Instructions;

/// <summary>The command <c>counts</c>: counts the instructions of the hot paths, and compares them with the kept counts.</summary>
internal static class CountRun
{
    // The sizes make the start of the process a small part of the count, and the whole run short.
    private static readonly (string Id, string Format, int Megabytes, string Arguments)[] Paths =
    [
        ("text-edges", "counter", 20, "edges {0} --csv"),
        ("graph-text-edges", "graph", 20, "edges {0} --csv"),
        ("dat-edges", "dat", 20, "edges {0} --csv"),
        ("dat-latency", "dat-sched", 20, "latency {0} --csv"),
        ("dat-events", "dat-sched", 5, "events {0} --event '*'"),
    ];

    /// <summary>The names of the paths.</summary>
    public static IEnumerable<string> Ids => Paths.Select(path => path.Id);

    private static string KeptPath => Path.Combine(Recordings.Root, "benchmarks/counts.tsv");

    /// <summary>Counts, and compares or keeps.</summary>
    /// <returns>The exit code: 1 when a path grew.</returns>
    public static int Run(bool keep)
    {
        if (Callgrind.Missing() is { } missing) throw new InvalidOperationException(missing);
        if (!keep && !File.Exists(KeptPath))
            throw new FormatException("There are no kept counts: benchmarks/counts.tsv does not exist. "
                + "./build.sh bench --counts --keep makes it.");
        var kept = keep ? null : CountFile.Parse(File.ReadAllText(KeptPath), "benchmarks/counts.tsv");
        var now = Measure();
        if (kept is null)
        {
            File.WriteAllText(KeptPath, now.Text());
            Console.WriteLine(now.Text());
            Console.Error.WriteLine($"==> {KeptPath}");
            return 0;
        }
        var comparison = CountComparison.Of(kept, now);
        foreach (var line in comparison.Lines) Console.WriteLine(line);
        foreach (var renewal in comparison.Renewals) Console.Error.WriteLine($"==> LESS: {renewal}");
        foreach (var failure in comparison.Failures) Console.Error.WriteLine($"==> FAILED: {failure}");
        return comparison.Failures.Count == 0 ? 0 : 1;
    }

    private static CountFile Measure()
    {
        var folder = Path.Combine(Recordings.Root, "artifacts/bench");
        var inputs = new BenchmarkInputs(folder, isFull: false);
        // A copy: valgrind reads debug information beside an executable, and ends if it is compressed.
        const string Executable = "counts/kernel-magnifier";
        Directory.CreateDirectory(Path.Combine(folder, "counts"));
        File.Copy(inputs.Cli, Path.Combine(folder, Executable), overwrite: true);
        var counts = new List<CountedPath>();
        foreach (var (id, format, megabytes, arguments) in Paths)
        {
            var recording = inputs.Recording(format, megabytes);
            var command = arguments.Replace("{0}", Path.GetFileName(recording.Path), StringComparison.Ordinal);
            Console.Error.WriteLine($"==> {id}: {command}");
            var instructions = Callgrind.Count(folder, Executable, command, Path.Combine(folder, $"counts/{id}.callgrind"));
            counts.Add(new CountedPath(id, instructions, recording.Bytes, command));
        }
        return new CountFile(
            [
                (".NET SDK", Machine.FirstLine("dotnet --version")),
                ("valgrind", Machine.FirstLine("valgrind --version").Replace("valgrind-", "", StringComparison.Ordinal)),
                ("C library", Machine.FirstLine("getconf GNU_LIBC_VERSION")),
                (CountComparison.Processor, Callgrind.ProcessorLevel(folder)),
            ], counts);
    }
}

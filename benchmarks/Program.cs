using System.Globalization;
using KernelMagnifier.Benchmarks.Fleet;
using KernelMagnifier.Benchmarks.Generation;
using KernelMagnifier.Benchmarks.Instructions;
using KernelMagnifier.Benchmarks.Measuring;

namespace KernelMagnifier.Benchmarks;

internal static class Program
{
    private const string Usage = """
        generate FORMAT SIZE OUT [--seed N] [--from RECORDING] [--template TRACE.DAT]
            Writes a recording of about SIZE bytes (600M, 2G). FORMAT: counter (trace_pipe text as the Python tool records it), seconds
            (text with the TGID column), graph (function_graph text), wide (text with 5,000 functions and 20,000 edges), edges, edges-chosen (text with 60,000 edges, drawn or chosen to
            collide), dat, dat-zstd (trace.dat version 7), dat-sched (trace.dat of scheduler events).
        hostile KIND LINES OUT
            Writes an input that needs memory or output out of proportion, unless the readers bound them: names, edges, mixes, offsets,
            events (function tracer), wide, long (perf script), pids, stacks, graph-names, deep (function_graph tracer), map, one-name
            (symbol map).
        run [--rows A,B] [--out PAGE] [--scale small|full] [--runs N] [--before FOLDER]
            Measures rows and writes the page: all rows without --rows; --rows list prints their names. FOLDER has the artifacts of an older
            build (kernel-magnifier, KernelMagnifier/): what a row does with ours is done with them too, in turn.
        counts [keep]
            Counts the instructions of hot paths of the native executable with valgrind, and fails if one has over 5 % more than
            benchmarks/counts.tsv says; "keep" writes the counts into that file.
        tally edges|all|events|intervals|live FILE
            Counts edges alone; edges, tasks, contexts and CPUs in one pass; kernel events; intervals; or
            intervals of pages in memory, as of a running kernel. Prints the elapsed seconds.
        compare COMPARISONS RECORDINGS SECONDS SHIFT THRESHOLD [--seed N]
            Compares recordings of one generated load, RECORDINGS on each side, with the 99th percentile of those after times SHIFT.
            Prints the verdicts and, as the last line, the share of the comparisons that see a change: in any row without a shift,
            else in that of the 99th percentile.
        fleet DIR [--hosts N] [--days N] [--recordings N] [--intervals N] [--seed N] [--format parquet|tsv] [--profile FOLDER]
            Writes the dataset of a fleet, with planted answers in truths.json: so many intervals over hosts, days and the recordings of
            a host in a day (20, 2, 3, 300000). The distributions are those of the files in FOLDER (benchmarks/data). tsv is text for
            ClickHouse, with times in nanoseconds.
        symbols VMLINUX CACHE
            Loads the symbol map of an image from the cache in that folder, and prints the elapsed seconds.
        """;

    private static int Main(string[] args)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            var (operands, options) = Split(args);
            switch (operands)
            {
                case ["generate", var format, var size, var path]:
                    var calls = Recordings.Generate(format, Recordings.ParseSize(size), path,
                        ulong.Parse(options.GetValueOrDefault("seed", "1"), CultureInfo.InvariantCulture),
                        options.GetValueOrDefault("from"), options.GetValueOrDefault("template"));
                    Console.WriteLine(FormattableString.Invariant($"{path}: {new FileInfo(path).Length} bytes, {calls} calls or events"));
                    return 0;
                case ["hostile", var kind, var lines, var path]
                    when HostileRecording.Write(kind, int.Parse(lines, CultureInfo.InvariantCulture), path):
                    return 0;
                case ["run"]:
                    return Runner.Run(options);
                case ["counts"]:
                case ["counts", "keep"]:
                    return CountRun.Run(keep: operands.Length > 1);
                case ["tally", "edges" or "all" or "events" or "intervals", var path]:
                    Tally.Run(path, operands[1]);
                    return 0;
                case ["tally", "live", var path]:
                    Tally.RunLive(path);
                    return 0;
                case ["compare", var comparisons, var recordings, var seconds, var shift, var threshold]:
                    Simulation.Run(Number(comparisons), Number(recordings), Number(seconds), Number(shift), Number(threshold),
                        ulong.Parse(options.GetValueOrDefault("seed", "1"), CultureInfo.InvariantCulture));
                    return 0;
                case ["fleet", var folder]:
                    return FleetGenerator.Run(folder, options);
                case ["symbols", var image, var cache]:
                    Tally.LoadSymbols(image, cache);
                    return 0;
                default:
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or KernelMagnifierException or FormatException
            or InvalidOperationException)
        {
            Console.Error.WriteLine($"benchmarks: {error.Message}");
            return 1;
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static (string[] Operands, Dictionary<string, string> Options) Split(string[] args)
    {
        var (operands, options) = (new List<string>(), new Dictionary<string, string>());
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal)) operands.Add(args[i]);
            else if (i + 1 < args.Length) options[args[i][2..]] = args[++i];
            else throw new FormatException($"{args[i]} requires a value.");
        }
        return ([.. operands], options);
    }
}

using System.Globalization;
using KernelMagnifier.Benchmarks.Measuring;
using static KernelMagnifier.Benchmarks.Measuring.ShellWords;

namespace KernelMagnifier.Benchmarks.Instructions;

/// <summary>Counts the instructions of a process with valgrind, so that the count is repeatable.</summary>
internal static class Callgrind
{
    // What would move the count: a second processor (how threads share the work), the number and kind of collections (how threads are
    // scheduled, and the size of the cache), the environment (settings of the runtime, places of files), and paths of other lengths.
    private const string Steady = "env -i LC_ALL=C DOTNET_GCgen0size=20000000";

    private static readonly string[] Loaders = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"];

    /// <summary>Whether the programs are there; else the reason.</summary>
    public static string? Missing()
    {
        foreach (var (program, package) in new[] { ("valgrind", "valgrind"), ("taskset", "util-linux") })
            if (Find(program) is null) return $"{program} is not installed: apt-get install {package}";
        return null;
    }

    /// <summary>The instructions of a whole process.</summary>
    /// <param name="folder">The working directory.</param>
    /// <param name="executable">The executable, relative to the folder.</param>
    /// <param name="arguments">Its arguments, as words of a shell.</param>
    /// <param name="profile">Where the profile is written, for callgrind_annotate.</param>
    public static long Count(string folder, string executable, string arguments, string profile)
    {
        var errors = profile + ".log";
        File.Delete(profile);
        var command = $"cd {Quote(folder)} && exec {Steady} {Alone()} {Quote(Find("valgrind")!)} --tool=callgrind "
            + $"--callgrind-out-file={Quote(profile)} {Quote("./" + executable)} {arguments}";
        var (_, code) = ChildProcess.Run(command, errors: errors);
        var totals = File.Exists(profile)
            ? File.ReadLines(profile).FirstOrDefault(line => line.StartsWith("totals: ", StringComparison.Ordinal)) : null;
        if (code != 0 || totals is null || !long.TryParse(totals["totals: ".Length..], CultureInfo.InvariantCulture, out var count))
            throw new InvalidOperationException($"valgrind ended with exit code {code} and counted nothing, or the executable failed: "
                + $"{Environment.NewLine}{string.Join(Environment.NewLine, File.ReadLines(errors).TakeLast(5))}");
        File.Delete(errors);
        return count;
    }

    /// <summary>The widest instructions that valgrind shows to programs, as the C library names them: x86-64-v3.</summary>
    public static string ProcessorLevel(string folder)
    {
        var loader = Loaders.FirstOrDefault(File.Exists);
        if (loader is null) return "unknown";
        var output = Path.Combine(folder, "loader.tmp");
        _ = ChildProcess.Run($"exec {Steady} {Quote(Find("valgrind")!)} -q --tool=none {loader} --help", output);
        var level = File.ReadLines(output).FirstOrDefault(line => line.Contains("(supported, searched)", StringComparison.Ordinal));
        File.Delete(output);
        return level?.Trim().Split(' ')[0] ?? Path.GetFileName(loader);
    }

    /// <summary>A prefix that leaves a process the first processor that this one may use.</summary>
    private static string Alone()
    {
        const string Field = "Cpus_allowed_list:";
        var allowed = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Field, StringComparison.Ordinal));
        return $"{Quote(Find("taskset")!)} -c {allowed[Field.Length..].Trim().Split('-', ',')[0]}";
    }
}

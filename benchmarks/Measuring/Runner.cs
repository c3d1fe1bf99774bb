using System.Globalization;
using KernelMagnifier.Benchmarks.Generation;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>
/// Measures rows: a warm-up of each command, then rounds in which the commands of a group take turns. The result is the median.
/// </summary>
internal static class Runner
{
    /// <summary>Runs the command <c>run</c>.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(Dictionary<string, string> options)
    {
        var scale = options.GetValueOrDefault("scale", "full");
        if (scale is not ("small" or "full")) throw new FormatException("--scale must be small or full.");
        var runs = int.Parse(options.GetValueOrDefault("runs", scale == "full" ? "5" : "3"), CultureInfo.InvariantCulture);
        var folder = Path.Combine(Recordings.Root, "artifacts/bench");
        Directory.CreateDirectory(folder);
        var wanted = options.GetValueOrDefault("rows")?.Split(',');
        var inputs = new BenchmarkInputs(folder, scale == "full", options.GetValueOrDefault("before"));
        var table = new Table(inputs);
        var rows = table.Rows(wanted is ["list"] ? [] : wanted);
        if (wanted is ["list"])
        {
            foreach (var id in table.Ids) Console.WriteLine(id);
            return 0;
        }

        var figures = new Dictionary<Command, Figures>();
        foreach (var group in rows.GroupBy(row => row.Group))
            Measure(group.Key, [.. group.SelectMany(row => row.Commands).Distinct()], runs, folder, figures);

        var page = new BenchmarkPage(rows, figures, inputs.Used, scale, runs, inputs.Before is not null);
        Console.WriteLine(page.Table());
        // Only a complete run replaces the page in docs.
        var pageFolder = scale == "full" && wanted is null ? Path.Combine(Recordings.Root, "docs") : folder;
        var path = options.GetValueOrDefault("out", Path.Combine(pageFolder, "benchmarks.md"));
        File.WriteAllText(path, page.Text());
        Console.Error.WriteLine($"==> {path}");
        return 0;
    }

    private static void Measure(
        string group, List<Command> commands, int runs, string folder, Dictionary<Command, Figures> figures)
    {
        var times = commands.ToDictionary(c => c, _ => new List<double>());
        var peaks = new Dictionary<Command, long>();
        var failures = new Dictionary<Command, string>();
        var output = Path.Combine(folder, "output.tmp");
        foreach (var command in commands)
        {
            if (command.Missing is not null)
            {
                failures[command] = command.Missing;
                continue;
            }
            Console.Error.WriteLine($"==> {group}: {command.Shell}");
            var memory = Path.Combine(folder, "memory.tmp");
            File.Delete(memory);
            // GNU time starts the command from a small process; the child of a large process would inherit its peak.
            var measured = File.Exists("/usr/bin/time")
                ? $"/usr/bin/time -q -f %M -o {ShellWords.Quote(memory)} /bin/sh -c {ShellWords.Quote(command.Shell)}"
                : command.Shell;
            var first = Once(command with { Shell = measured }, output, out var failure);
            if (first is { } only && command.IsLong) times[command].Add(only);
            if (first is null) failures[command] = failure!;
            else if (File.Exists(memory) && long.TryParse(File.ReadAllText(memory), out var kilobytes))
                peaks[command] = kilobytes * 1024;
        }
        for (var round = 0; round < runs; round++)
            foreach (var command in commands.Where(c => !c.IsLong && !failures.ContainsKey(c)))
                if (Once(command, output, out var failure) is { } seconds) times[command].Add(seconds);
                else failures[command] = failure!;
        foreach (var command in commands)
            figures[command] = new Figures([.. times[command]], peaks.TryGetValue(command, out var peak) ? peak : null,
                failures.GetValueOrDefault(command));
        File.Delete(output);
    }

    private static double? Once(Command command, string output, out string? failure)
    {
        failure = null;
        var errors = output + ".errors";
        var (time, code) = ChildProcess.Run(command.Shell, command.PrintsSeconds ? output : "/dev/null", errors);
        var message = File.Exists(errors) ? File.ReadAllText(errors).Trim() : "";
        File.Delete(errors);
        if (code != 0)
        {
            failure = code == 124 ? "exceeded its time limit" : $"failed with exit code {code}";
            Console.Error.WriteLine($"    {failure}: {message[..Math.Min(message.Length, 500)]}");
            return null;
        }
        if (!command.PrintsSeconds) return time.TotalSeconds;
        if (double.TryParse(File.ReadLines(output).LastOrDefault(), CultureInfo.InvariantCulture, out var seconds)) return seconds;
        failure = "printed no time";
        return null;
    }
}

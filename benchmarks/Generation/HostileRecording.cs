using System.Globalization;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// Writes small inputs that need a lot of memory or output unless the readers bound them: everything in them that costs memory is
/// new on each line.
/// </summary>
internal static class HostileRecording
{
    private const string TextHeader = "# tracer: function\n#\n";

    private const string GraphHeader = """
        # tracer: function_graph
        #
        #     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS
        #      |          |     |    |           |   |                     |   |   |   |

        """;

    /// <summary>The kinds, with the writer of each.</summary>
    private static readonly Dictionary<string, Action<TextWriter, int>> Kinds = new(StringComparer.Ordinal)
    {
        // A task, a function and a caller on each line.
        ["names"] = (to, n) => Text(to, n, i => Call(i, $"t{i:x}-{i + 1}", $"f{i:x}", $"c{i:x}")),
        // Few functions, but each line an edge of its own.
        ["edges"] = (to, n) => Text(to, n, i => Call(i, "bash-100", $"f{i / 2000}", $"c{i % 2000}")),
        // Tasks, functions and edges that are few, but not their combinations.
        ["mixes"] = (to, n) => Text(to, n, i => Call(i, $"t-{1 + i % 997}", $"f{i % 1009}", $"c{i % 1013}")),
        // Spellings of one function.
        ["offsets"] = (to, n) => Text(to, n, i => Call(i, "bash-100", $"f+0x{i:x}/0x{n:x}", $"c+0x{i:x}/0x{n:x}")),
        // One wide column. The other readers take no such name for one.
        ["wide"] = (to, n) => Lines(to, "", n, i => Sample(i, i == 0 ? new string('w', 200_000) : $"f{i:x}")),
        // Names of 4 KB.
        ["long"] = (to, n) => Lines(to, "", n, i => Sample(i, $"{new string('l', 4000)}{i:x}")),
        ["events"] = (to, n) => Text(to, n, i => $"{"bash-100",23}     [000] .....  {Time(i)}: e{i:x}: x=1\n"),
        ["pids"] = (to, n) => Graph(to, n, i => Entry(i, $"t-{i + 1}", 0, "f")),
        // Nearly as many calling contexts as lines, of few functions and edges: a path of depth 6 for each six lines.
        ["stacks"] = (to, n) => Graph(to, n / 6, i => string.Concat(
            Enumerable.Range(0, 6).Select(d => Entry(6 * i + d, "bash-100", d, $"f{(i >> Math.Min(8 * d, 16)) + 37 * d & 255}")))),
        ["graph-names"] = (to, n) => Graph(to, n, i => Entry(i, $"t{i:x}-{i + 1}", 0, $"f{i:x}")),
        ["deep"] = (to, n) => Graph(to, n, i => Entry(i, $"t-{i / 500 + 1}", i % 500, $"f{i % 503}")),
        ["map"] = (to, n) => Lines(to, "", n, i => $"f{i:x}|a/b{i:x}.c|{i}\n"),
        ["one-name"] = (to, n) => Lines(to, "", n, i => $"f|a/b{i:x}.c|{i}\n"),
    };

    /// <summary>Writes an input of a kind.</summary>
    /// <returns>Whether there is such a kind.</returns>
    public static bool Write(string kind, int lines, string path)
    {
        if (!Kinds.TryGetValue(kind, out var write)) return false;
        using var to = new StreamWriter(path) { NewLine = "\n" };
        write(to, lines);
        return true;
    }

    private static void Text(TextWriter to, int lines, Func<int, string> line) => Lines(to, TextHeader, lines, line);

    private static void Graph(TextWriter to, int lines, Func<int, string> line)
        => Lines(to, GraphHeader.ReplaceLineEndings("\n"), lines, line);

    private static void Lines(TextWriter to, string header, int lines, Func<int, string> line)
    {
        to.Write(header);
        for (var i = 0; i < lines; i++) to.Write(line(i));
    }

    private static string Call(int i, string task, string function, string caller)
        => $"{task,23}     [000] .....  {Time(i)}: {function} <-{caller}\n";

    /// <summary>A sample of perf script with a call.</summary>
    private static string Sample(int i, string function)
        => $"bash   100 [000] {Time(i)}:          1 cycles: \n\tffffffff81000000 {function} ([kernel.kallsyms])\n"
            + "\tffffffff81000100 c ([kernel.kallsyms])\n\n";

    private static string Entry(int i, string task, int depth, string function)
        => $"{Time(i)} |   0) {Centred(task)} |               |  {new string(' ', 2 * depth)}{function}() {{\n";

    private static string Centred(string task)
        => $"{new string(' ', Math.Max(0, 14 - task.Length) / 2)}{task}".PadRight(14);

    private static string Time(int i)
        => string.Create(CultureInfo.InvariantCulture, $"{1 + i / 1_000_000,5}.{i % 1_000_000:000000}");
}

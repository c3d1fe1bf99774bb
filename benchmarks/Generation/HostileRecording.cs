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
        // One wide column.
        ["wide"] = (to, n) => Text(to, n, i => Call(i, "bash-100", i == 0 ? new string('w', 100_000) : $"f{i:x}", "c")),
        // Names of 4 KB.
        ["long"] = (to, n) => Text(to, n, i => Call(i, "bash-100", $"{new string('l', 4000)}{i:x}", "c")),
        ["events"] = (to, n) => Text(to, n, i => $"{"bash-100",23}     [000] .....  {Time(i)}: e{i:x}: x=1\n"),
        ["pids"] = (to, n) => Graph(to, n, i => Entry(i, $"t-{i + 1}", 0, "f")),
        // As many calling contexts as lines: a path of depth 6 for each.
        ["stacks"] = (to, n) => Graph(to, n / 6, i => string.Concat(
            Enumerable.Range(0, 6).Select(d => Entry(i, "bash-100", d, $"f{(d == 0 ? i % 50 : (i * 7919L + d * 104729L) % 997)}")))),
        ["graph-names"] = (to, n) => Graph(to, n, i => Entry(i, $"t{i:x}-{i + 1}", 0, $"f{i:x}")),
        ["deep"] = (to, n) => Graph(to, n, i => Entry(i, $"t-{i / 500 + 1}", i % 500, $"f{i % 503}")),
        ["map"] = (to, n) => Lines(to, "", n, i => $"f{i:x}|a/b{i:x}.c|{i}\n"),
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

    private static string Entry(int i, string task, int depth, string function)
        => $"{Time(i)} |   0) {Centred(task)} |               |  {new string(' ', 2 * depth)}{function}() {{\n";

    private static string Centred(string task)
        => $"{new string(' ', Math.Max(0, 14 - task.Length) / 2)}{task}".PadRight(14);

    private static string Time(int i)
        => string.Create(CultureInfo.InvariantCulture, $"{1 + i / 1_000_000,5}.{i % 1_000_000:000000}");
}

using KernelMagnifier.Benchmarks.Generation;
using static KernelMagnifier.Benchmarks.Measuring.ShellWords;
using static KernelMagnifier.Benchmarks.Measuring.Targets;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The rows about reading recordings with the native command line.</summary>
internal sealed class ReadingRows(BenchmarkInputs inputs)
{
    /// <summary>The rows by id.</summary>
    public IEnumerable<(string Id, Func<string, Row> Make)> All =>
    [
        ("text-rate", TextRate), ("text-tool", PythonTool), ("text-python", PlainPython), ("text-wc", WordCount),
        ("text-memory", id => Memory(id, "text", $"{TextEdges}, peak memory", inputs.Edges(inputs.Text), 150)),
        ("text-stdin", StandardInput), ("text-zstd", CompressedText),
        ("dat-report", DatReport),
        ("dat-cat",
            id => new Row(id, "dat", DatEdges, inputs.Edges(inputs.Dat), "`cat`", Needs("cat", $"cat {Quote(inputs.Dat.Path)}"),
            "≤ 8 × the time", AtMost(8))),
        ("dat-memory", id => Memory(id, "dat", $"{DatEdges}, peak memory", inputs.Edges(inputs.Dat), 200)),
        ("dat-small", SmallDat), ("dat-medium", MediumDat),
        ("dat-events", DatCalls), ("table-calls", TableCalls),
        ("table-memory", id => Memory(id, "dat", $"{DatTable}, peak memory", Table, 300)),
        ("graph-text", FunctionGraphText), ("collisions", Collisions),
    ];

    private string TextEdges => $"Edges of {Numbers.Size(inputs.Text)} of ftrace text ({Numbers.Calls(inputs.Text)})";

    private string DatEdges
        => $"Edges of a {Numbers.Size(inputs.Dat)} trace.dat of the function tracer ({Numbers.Calls(inputs.Dat)})";

    // trace-cmd reads version 7 since 3.0.
    private Command Report => Needs("trace-cmd", $"trace-cmd report {Quote(inputs.Dat.Path)}");

    private Command Decompress => Needs("zstd", $"zstd -dcq {Quote(inputs.TextZst)} | wc -l");

    // Kept from the first native executable of .NET 10: 2.7 GB/s and 26 MB.
    private Row TextRate(string id)
        => new(id, "text", TextEdges, inputs.Edges(inputs.Text), None, null, "keep: ≥ 2.4 GB/s and < 30 MB",
            (ours, _) => new Verdict($"{Numbers.Short(inputs.Text.Bytes / ours.Median / 1e9)} GB/s",
                inputs.Text.Bytes / ours.Median >= 2.4e9 && ours.PeakBytes < 30 * Numbers.Mega));

    private Row SmallDat(string id)
        => new(id, id, $"Edges of a {Numbers.Size(inputs.SmallDat)} trace.dat of the function tracer, compressed by zstd "
            + $"({Numbers.Calls(inputs.SmallDat)}), whole process",
            inputs.Edges(inputs.SmallDat), None, null, "≤ 40 ms", AtMostSeconds(0.040))
        {
            Reason = "libzstd takes a third of the processor time, for 30 MB of pages and 5 MB of symbols and formats; the start takes 13 ms, "
                + "and 2,500 page faults about 4 us each on this virtual machine",
        };

    private Row MediumDat(string id)
        => new(id, id, $"Edges of a {Numbers.Size(inputs.MediumDat)} trace.dat of the function tracer ({Numbers.Calls(inputs.MediumDat)})",
            inputs.Edges(inputs.MediumDat), "`trace-cmd report`", Needs("trace-cmd", $"trace-cmd report {Quote(inputs.MediumDat.Path)}"),
            "≥ 40 × faster", Faster(40))
        {
            Reason = "the start takes 13 ms; reading, sorting and looking up symbols, and merging, sorting and writing the edges do not "
                + "become shorter with the recording",
        };

    private Row PythonTool(string id)
    {
        // The tool is not part of this repository.
        var tool = Environment.GetEnvironmentVariable("KM_BENCH_PYTHON_TOOL");
        var command = !inputs.IsFull || tool is null || !File.Exists(tool)
            ? new Command("", Missing: "not run: it takes minutes; KM_BENCH_PYTHON_TOOL=kernel-magnifier.py runs it")
            : Needs("python3", $"timeout 3600 python3 {Quote(inputs.Peers + "/tool.py")} {Quote(tool)} {Quote(inputs.Text.Path)}");
        return new Row(id, "text", TextEdges, inputs.Edges(inputs.Text), "kernel-magnifier.py, parsing only",
            command with { IsLong = true },
            "≥ 150 × faster", Faster(150));
    }

    private Row PlainPython(string id)
        => new(id, "text", TextEdges, inputs.Edges(inputs.Text), "Python, one regular expression per line",
        Needs("python3", $"python3 {Quote(inputs.Peers + "/parse.py")} {Quote(inputs.Text.Path)}"), None, Faster(1));

    private Row WordCount(string id)
        => new(id, "text", TextEdges, inputs.Edges(inputs.Text), "`wc -l`", Needs("wc", $"wc -l {Quote(inputs.Text.Path)}"),
            "≤ 8 × the time", AtMost(8));

    private Row StandardInput(string id) => new(id, "text-zstd", $"{TextEdges}, from `zstd -dc` through a pipe",
        Needs("zstd", $"zstd -dcq {Quote(inputs.TextZst)} | {Quote(inputs.Cli)} edges - --csv"), "`zstd -dc \\| wc -l`",
            Decompress, "≤ 1.5 × the time", AtMost(1.5))
    {
        Reason = "decompression and parsing share two cores, and each byte is copied into the pipe and out of it; with one parsing "
            + "thread and a core for zstd the times are equal",
    };

    private Row CompressedText(string id) => new(id, "text-zstd", $"{TextEdges}, from a .zst file",
        Needs("zstd", $"{Quote(inputs.Cli)} edges {Quote(inputs.TextZst)} --csv"), "`zstd -dc \\| wc -l`", Decompress,
            "≤ 1.5 × the time", AtMost(1.5));

    private Row DatReport(string id)
        => new(id, "dat", DatEdges, inputs.Edges(inputs.Dat), "`trace-cmd report`", Report, "≥ 100 × faster", Faster(100));

    private Row DatCalls(string id)
        => new(id, "dat", $"All calls of a {Numbers.Size(inputs.Dat)} trace.dat in time order as text",
        new Command($"{Quote(inputs.Cli)} events {Quote(inputs.Dat.Path)} --csv"), "`trace-cmd report`", Report, "≥ 10 × faster",
            Faster(10));

    private string DatTable
        => $"All calls of a {Numbers.Size(inputs.Dat)} trace.dat ({Numbers.Calls(inputs.Dat)}) as a Parquet table";

    private Command Table
        => new($"{Quote(inputs.Cli)} table {Quote(inputs.Dat.Path)} --table calls --force -o {Quote(inputs.Dat.Path + ".tables")}");

    // Columns are sorted out, encoded and compressed; text is only written.
    private Row TableCalls(string id)
        => new(id, "dat", DatTable, Table, "`events --csv` of the same",
            new Command($"{Quote(inputs.Cli)} events {Quote(inputs.Dat.Path)} --csv"),
            "≤ 4 × the time", AtMost(4));

    private Row Collisions(string id)
    {
        var (chosen, drawn) = (inputs.ChosenEdges, inputs.DrawnEdges);
        return new Row(id, "collisions",
            $"Edges of {Numbers.Size(chosen)} of ftrace text with 60,000 edges that collide in a hash table without a secret",
            inputs.Edges(chosen), "as many edges, drawn", inputs.Edges(drawn), "≤ 1.2 × the time", AtMost(1.2));
    }

    private Row FunctionGraphText(string id)
    {
        GeneratedRecording input = inputs.FunctionGraph;
        return new Row(id, "graph-text", $"Edges of {Numbers.Size(input)} of function_graph text with total and self time",
            inputs.Edges(input), None, null, "≥ 1 GB/s",
            (ours, _) => new Verdict($"{Numbers.Short(input.Bytes / ours.Median / 1e9)} GB/s", input.Bytes / ours.Median >= 1e9))
        {
            Reason = "the start takes 13 ms, 3,800 page faults about 4 us each on this virtual machine, and merging, sorting and writing "
                + "the edges use one core",
        };
    }
}

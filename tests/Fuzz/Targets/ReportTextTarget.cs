using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceCmdReport;

namespace KernelMagnifier.Fuzzing;

/// <summary>Text of trace-cmd report.</summary>
internal sealed class ReportTextTarget() : ReadingTarget("report-text")
{
    // To find the layout, the reader tries every dash of the first 400 lines.
    protected override long StepsPerByte => 20_000;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var layout = ReportLayout.Of(input);
        var names = new CallNames();
        var whole = Parse(layout, names, input, default);
        var cut = Lines.Cut(input, Draw(input));
        if (cut > 0)
        {
            var parts = Parse(layout, names, input[..cut], input[cut..]);
            Check(parts == whole, $"whole: {whole}; cut at {cut}: {parts}");
        }
        // A line is at most a leaf: a call and its exit, of which only the call is counted.
        var (all, _) = Lines.Count(input);
        var counted = whole.Calls + whole.Others + whole.NotParsed;
        Check(counted <= all, $"{counted} of {all} lines are counted: {whole}");
        if (Draw(input) % 512 == 0)
            ReadInEveryWay(input, (path, options) => new TraceCmdReportReader(InputFile.Open(path, InputKind.Recording), options),
                (stream, options) => new TraceCmdReportReader(InputFile.Open(stream, "fuzz", InputKind.Recording), options));
    }

    private static ReadingResult Parse(ReportLayout layout, CallNames names, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var sums = new CallSums(true, names);
        var statistics = new TraceStatistics();
        var context = new TraceContext(new TraceSource("fuzz"), names);
        var dispatch = new CallDispatch(sums, null, null, context, new TraceReadOptions { Threads = 1 }, default);
        var assembly = new ReportAssembly(dispatch, names, statistics);
        var parser = new ReportParser(layout, names, new ReportInstances());
        var records = new ReportRecords();
        parser.Read(Lines.Block(first, 0, second.IsEmpty), records, statistics);
        assembly.Take(records);
        if (!second.IsEmpty)
        {
            parser.Read(Lines.Block(second, 1, true), records, statistics);
            assembly.Take(records);
        }
        assembly.End();
        return ReadingResult.Of(sums, statistics, "funcgraph_entry");
    }
}

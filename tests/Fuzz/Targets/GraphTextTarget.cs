using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Fuzzing;

/// <summary>Text of the function_graph tracer, with every combination of columns.</summary>
internal sealed class GraphTextTarget() : ReadingTarget("graph-text")
{
    [ThreadStatic]
    private static FunctionGraphTokens? _tokens;

    // To find the columns, the reader tries each of 48 combinations on the first 400 lines.
    protected override long StepsPerByte => 20_000;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var columns = FunctionGraphLayout.Detect(input, out _, out _);
        var names = new CallNames();
        var whole = Parse(columns, names, input, default);
        var cut = Lines.Cut(input, Draw(input));
        if (cut > 0)
        {
            var parts = Parse(columns, names, input[..cut], input[cut..]);
            Check(parts == whole, $"whole: {whole}; cut at {cut}: {parts}");
        }
        // Closing braces are lines that are not counted.
        var (all, _) = Lines.Count(input);
        var counted = whole.Calls + whole.Others + whole.NotParsed;
        Check(counted <= all, $"{counted} of {all} lines are counted: {whole}");
        if (Draw(input) % 512 == 0)
            ReadInEveryWay(input, (path, options) => new FunctionGraphTextReader(InputFile.Open(path, InputKind.Recording), options),
                (stream, options) => new FunctionGraphTextReader(InputFile.Open(stream, "fuzz", InputKind.Recording), options));
    }

    private static ReadingResult Parse(FunctionGraphColumns columns, CallNames names, ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second)
    {
        var sums = new CallSums(true, names);
        var statistics = new TraceStatistics();
        var context = new TraceContext(new TraceSource("fuzz"), names);
        var dispatch = new CallDispatch(sums, null, null, context, new TraceReadOptions { Threads = 1 }, default);
        var nesting = new FunctionGraphNesting(dispatch, names, columns, statistics);
        var tokenizer = new FunctionGraphTokenizer(columns, names);
        var tokens = _tokens ??= new FunctionGraphTokens();
        tokenizer.Read(Lines.Block(first, 0, second.IsEmpty), tokens, statistics);
        nesting.Take(tokens);
        if (!second.IsEmpty)
        {
            tokenizer.Read(Lines.Block(second, 1, true), tokens, statistics);
            nesting.Take(tokens);
        }
        nesting.End();
        return ReadingResult.Of(sums, statistics, "funcgraph_entry");
    }
}

using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.PerfScript;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Fuzzing;

/// <summary>Text of the function tracer and of events, every layout.</summary>
internal sealed class FunctionTextTarget() : ReadingTarget("function-text")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var layout = FunctionTextLayout.Of(input);
        var names = new CallNames();
        var whole = Parse(layout, names, input, default);
        var cut = Lines.Cut(input, Draw(input));
        if (cut > 0)
        {
            var parts = Parse(layout, names, input[..cut], input[cut..]);
            Promise(parts == whole, $"whole: {whole}; cut at {cut}: {parts}");
        }
        var (all, sure) = Lines.Count(input);
        var counted = whole.Calls + whole.Others + whole.NotParsed;
        Promise(counted <= all && counted >= sure, $"{counted} of {all} lines are accounted for, and at least {sure} should be: {whole}");
        if (Draw(input) % 512 == 0)
            EveryWay(input, (path, options) => new FunctionTextReader(InputFile.Open(path, InputKind.Recording), options), (stream, options) => new FunctionTextReader(InputFile.Open(stream, "fuzz", InputKind.Recording), options));
    }

    private static Result Parse(FunctionTextLayout layout, CallNames names, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var sums = new CallSums(true, names);
        var feed = _feed ??= new CallFeed(new Passing(), null);
        var to = (Passing)feed.Sink;
        to.To = sums;
        var statistics = new TraceStatistics();
        new FunctionTextParser(layout, names, CallFields.All).Parse(first, feed, statistics);
        if (!second.IsEmpty) new FunctionTextParser(layout, names, CallFields.All).Parse(second, feed, statistics);
        feed.Flush();
        return Result.Of(sums, statistics, "function");
    }

    // A feed holds a batch of records: one for all inputs.
    [ThreadStatic]
    private static CallFeed? _feed;

    private sealed class Passing : CallSink
    {
        public CallSums To { get; set; } = null!;

        public override CallFields Fields => CallFields.All;

        public override void Accept(ReadOnlySpan<CallRecord> calls) => To.Accept(calls);
    }
}

/// <summary>Text of the function_graph tracer, every combination of columns.</summary>
internal sealed class GraphTextTarget() : ReadingTarget("graph-text")
{
    // To find the columns out, the first 400 lines are tried with each of 48 combinations.
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
            Promise(parts == whole, $"whole: {whole}; cut at {cut}: {parts}");
        }
        // A closing brace is a line that counts nowhere.
        var (all, _) = Lines.Count(input);
        var counted = whole.Calls + whole.Others + whole.NotParsed;
        Promise(counted <= all, $"{counted} of {all} lines are accounted for: {whole}");
        if (Draw(input) % 512 == 0)
            EveryWay(input, (path, options) => new FunctionGraphTextReader(InputFile.Open(path, InputKind.Recording), options), (stream, options) => new FunctionGraphTextReader(InputFile.Open(stream, "fuzz", InputKind.Recording), options));
    }

    private static Result Parse(FunctionGraphColumns columns, CallNames names, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var sums = new CallSums(true, names);
        var statistics = new TraceStatistics();
        var nesting = new FunctionGraphNesting(new CallDispatch(sums, null, null, new TraceContext(new TraceSource("fuzz"), names), new TraceReadOptions { Threads = 1 }, default), names, columns, statistics);
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
        return Result.Of(sums, statistics, "funcgraph_entry");
    }

    [ThreadStatic]
    private static FunctionGraphTokens? _tokens;
}

/// <summary>Text of perf script.</summary>
internal sealed class PerfScriptTarget() : ReadingTarget("perf-script")
{
    protected override long StepsPerByte => 20_000;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var all = Lines.Count(input).All;
        Result? result;
        if (Draw(input) % 256 == 0)
        {
            result = EveryWay(input, (path, options) => new PerfScriptReader(InputFile.Open(path, InputKind.Recording), options), (stream, options) => new PerfScriptReader(InputFile.Open(stream, "fuzz", InputKind.Recording), options));
        }
        else
        {
            var path = Scratch.Mine.With(input);
            result = Result.Of(() => new PerfScriptReader(InputFile.Open(path, InputKind.Recording), new TraceReadOptions { Threads = 1 }), inOrder: false);
        }
        // Every frame is at most one pair, every line at most one sample.
        if (result is not null) Promise(result.Calls + result.Others + result.NotParsed <= 2L * all, $"{all} lines, and {result}");
    }
}

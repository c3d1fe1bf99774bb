using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Fuzzing;

/// <summary>Text of the function tracer and of events, in every format.</summary>
internal sealed class FunctionTextTarget() : ReadingTarget("function-text")
{
    // A feed contains a batch of records, so one is used for all inputs.
    [ThreadStatic]
    private static CallFeed? _feed;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var layout = FunctionTextLayout.Of(input);
        var names = new CallNames();
        var whole = Parse(layout, names, input, default);
        var cut = Lines.Cut(input, Draw(input));
        if (cut > 0)
        {
            var parts = Parse(layout, names, input[..cut], input[cut..]);
            Check(parts == whole, $"whole: {whole}; cut at {cut}: {parts}");
        }
        var (all, atLeast) = Lines.Count(input);
        var counted = whole.Calls + whole.Others + whole.NotParsed;
        Check(counted <= all && counted >= atLeast,
            $"{counted} of {all} lines are counted, and at least {atLeast} should be: {whole}");
        if (Draw(input) % 512 == 0)
            ReadInEveryWay(input, (path, options) => new FunctionTextReader(InputFile.Open(path, InputKind.Recording), options),
                (stream, options) => new FunctionTextReader(InputFile.Open(stream, "fuzz", InputKind.Recording), options));
    }

    private static ReadingResult Parse(FunctionTextLayout layout, CallNames names, ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second)
    {
        var sums = new CallSums(true, names);
        var feed = _feed ??= new CallFeed(new ForwardingSink(), null);
        ((ForwardingSink)feed.Sink).To = sums;
        var statistics = new TraceStatistics();
        new FunctionTextParser(layout, names, CallFields.All).Parse(first, feed, statistics);
        if (!second.IsEmpty) new FunctionTextParser(layout, names, CallFields.All).Parse(second, feed, statistics);
        feed.Flush();
        return ReadingResult.Of(sums, statistics, "function");
    }

    private sealed class ForwardingSink : CallSink
    {
        public CallSums To { get; set; } = null!;

        public override CallFields Fields => CallFields.All;

        public override void Accept(ReadOnlySpan<CallRecord> calls) => To.Accept(calls);
    }
}

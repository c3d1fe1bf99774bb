using KernelMagnifier.Compression;
using KernelMagnifier.Traces.PerfScript;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Fuzzing;

/// <summary>Text of perf script.</summary>
internal sealed class PerfScriptTarget() : ReadingTarget("perf-script")
{
    protected override long StepsPerByte => 20_000;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var all = Lines.Count(input).All;
        ReadingResult? result;
        if (Draw(input) % 256 == 0)
        {
            result = ReadInEveryWay(input, (path, options) => new PerfScriptReader(InputFile.Open(path, InputKind.Recording), options),
                (stream, options) => new PerfScriptReader(InputFile.Open(stream, "fuzz", InputKind.Recording), options));
        }
        else
        {
            var path = Scratch.Mine.With(input);
            result = ReadingResult.Of(
                () => new PerfScriptReader(InputFile.Open(path, InputKind.Recording), new TraceReadOptions { Threads = 1 }), inOrder: false);
        }
        // A frame is at most one pair, and a line at most one sample.
        if (result is not null) Check(result.Calls + result.Others + result.NotParsed <= 2L * all, $"{all} lines, and {result}");
    }
}

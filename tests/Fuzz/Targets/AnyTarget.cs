using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Fuzzing;

/// <summary>Recordings of any format, recognized by their content as for every command.</summary>
internal sealed class AnyTarget() : ReadingTarget("any")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        if (Draw(input) % 32 == 0)
        {
            ReadInEveryWay(input, TraceFile.Open, (stream, options) => TraceFile.Open(stream, "fuzz", options));
            return;
        }
        var path = Scratch.Mine.With(input);
        _ = ReadingResult.Of(() => TraceFile.Open(path, new TraceReadOptions { Threads = 1 }), inOrder: false);
    }
}

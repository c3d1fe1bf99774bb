using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Fuzzing;

/// <summary>Recordings of any format, recognized by their content as for every command.</summary>
internal sealed class AnyTarget() : ReadingTarget("any")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        if (Draw(input) % 32 == 0)
        {
            ReadInEveryWay(input, TraceReader.Open, (stream, options) => TraceReader.Open(stream, "fuzz", options));
            return;
        }
        var path = Scratch.Mine.With(input);
        _ = ReadingResult.Of(() => TraceReader.Open(path, new TraceReadOptions { Threads = 1 }), inOrder: false);
    }
}

using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Fuzzing;

/// <summary>A target that reads whole recordings as the commands do, in several ways, and compares the results.</summary>
internal abstract class ReadingTarget(string name) : FuzzTarget(name)
{
    /// <summary>Reads the input on one thread and on three, in order and in any order, from a file and from a pipe.</summary>
    protected static ReadingResult? ReadInEveryWay(ReadOnlySpan<byte> input,
        Func<string, TraceReadOptions, TraceReader> openFile, Func<Stream, TraceReadOptions, TraceReader> openStream)
    {
        var draw = Draw(input);
        var bytes = input.ToArray();
        var one = new TraceReadOptions { Threads = 1 };
        var three = new TraceReadOptions { Threads = 3 };
        var path = Scratch.Mine.With(input);
        var result = ReadingResult.Of(() => openFile(path, one), inOrder: true);
        CheckSame(result, ReadingResult.Of(() => openFile(path, three), inOrder: true), "three threads");
        CheckSame(result is null ? null : result with { Ordered = 0 },
            ReadingResult.Of(() => openFile(path, three), inOrder: false), "any order");
        var pipe = new PieceStream(bytes, draw, 1 + (int)(draw % 977));
        CheckSame(result, ReadingResult.Of(() => openStream(pipe, one), inOrder: true), "a pipe");
        return result;
    }

    private static void CheckSame(ReadingResult? expected, ReadingResult? actual, string way)
        => Check(expected == actual,
            $"on one thread: {expected?.ToString() ?? "not a recording"}; with {way}: {actual?.ToString() ?? "not a recording"}");
}

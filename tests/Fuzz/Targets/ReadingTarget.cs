using KernelMagnifier.Compression;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Fuzzing;

/// <summary>Reads a recording the way every command does, on several ways, and compares.</summary>
internal abstract class ReadingTarget(string name) : FuzzTarget(name)
{
    /// <summary>What was read, as far as it must be the same on every way.</summary>
    internal sealed record Result(string Format, long Calls, ulong Sum, ulong Ordered, long Others, long Lost, long NotParsed, long? First, long? Last)
    {
        /// <summary>What a parser alone has read.</summary>
        public static Result Of(CallSums sums, TraceStatistics statistics, string callKind)
        {
            var info = new TraceInfoBuilder(new TraceSource("fuzz"));
            statistics.WriteTo(info, callKind);
            Promise(sums.Broken is null, $"{sums.Broken}");
            Promise(sums.Count == info.Calls, $"{sums.Count} calls were handed on and {info.Calls} counted");
            return new Result("", sums.Count, sums.Sum, sums.Ordered, info.Events, info.LostEvents, info.NotParsed, info.FirstTime, info.LastTime);
        }

        public static Result? Of(Func<TraceReader> open, bool inOrder)
        {
            TraceReader? reader;
            try
            {
                reader = open();
            }
            catch (KernelMagnifierException)
            {
                return null;
            }
            using (reader)
            {
                var sums = new CallSums(inOrder);
                reader.Read(sums);
                var info = reader.Info;
                Promise(sums.Broken is null, $"{sums.Broken}");
                Promise(sums.Count == info.Calls, $"{sums.Count} calls were handed on and {info.Calls} counted");
                Promise(info.PerCpu.Sum(c => c.Calls) == info.Calls && info.PerCpu.Sum(c => c.LostEvents) == info.LostEvents
                    && info.PerCpu.Sum(c => c.NotParsed) == info.NotParsed, $"the sums over CPUs are not those of the whole");
                Promise(info.EventKinds.Values.Sum() == info.Calls + info.Events, $"the kinds of events do not add up to {info.Calls} and {info.Events}");
                Promise(info.NotParsedKinds.Values.Sum() == info.NotParsed, $"the reasons do not add up to {info.NotParsed} not understood");
                Promise(info.Warnings.Count <= 1000, $"{info.Warnings.Count} warnings");
                return new Result(info.Format, sums.Count, sums.Sum, inOrder ? sums.Ordered : 0, info.Events, info.LostEvents, info.NotParsed, info.FirstTime, info.LastTime);
            }
        }
    }

    /// <summary>Reads on all ways.</summary>
    protected static Result? EveryWay(ReadOnlySpan<byte> input, Func<string, TraceReadOptions, TraceReader> openFile, Func<Stream, TraceReadOptions, TraceReader> openStream)
    {
        var draw = Draw(input);
        var bytes = input.ToArray();
        var alone = new TraceReadOptions { Threads = 1 };
        var many = new TraceReadOptions { Threads = 3 };
        var path = Scratch.Mine.With(input);
        var one = Result.Of(() => openFile(path, alone), inOrder: true);
        Same(one, Result.Of(() => openFile(path, many), inOrder: true), "three threads");
        Same(one is null ? null : one with { Ordered = 0 }, Result.Of(() => openFile(path, many), inOrder: false), "any order");
        Same(one, Result.Of(() => openStream(new PieceStream(bytes, draw, 1 + (int)(draw % 977)), alone), inOrder: true), "a pipe");
        return one;
    }

    private static void Same(Result? one, Result? other, string way) => Promise(one == other, $"read on one thread: {one?.ToString() ?? "no recording"}; by {way}: {other?.ToString() ?? "no recording"}");
}

/// <summary>Any recording, found out by its content: what every command does with a file it is given.</summary>
internal sealed class AnyTarget() : ReadingTarget("any")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        if (Draw(input) % 32 == 0)
        {
            EveryWay(input, TraceFile.Open, (stream, options) => TraceFile.Open(stream, "fuzz", options));
            return;
        }
        var path = Scratch.Mine.With(input);
        _ = Result.Of(() => TraceFile.Open(path, new TraceReadOptions { Threads = 1 }), inOrder: false);
    }
}

/// <summary>What is packed: its packing is found out and undone, from a file as from a pipe.</summary>
internal sealed class PackedTarget() : FuzzTarget("packed")
{
    // A bomb is read as what it is, piece by piece; here only so far.
    private const int MostUnpacked = 4 << 20;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var (length, hash, damaged) = Unpack(InputFile.Open(Scratch.Mine.With(input), InputKind.Recording));
        var piped = Unpack(InputFile.Open(new PieceStream(input.ToArray(), Draw(input), 1 + (int)(Draw(input) % 977)), "fuzz", InputKind.Recording));
        Promise((length, hash, damaged) == piped, $"a file gives {length} bytes (damaged: {damaged}), a pipe {piped.Length} (damaged: {piped.Damaged})");
    }

    private static (long Length, uint Hash, bool Damaged) Unpack(InputFile input)
    {
        using (input)
        {
            var buffer = _buffer ??= new byte[64 << 10];
            var (length, hash) = (0L, 2166136261u);
            using var stream = input.OpenStream();
            try
            {
                for (int n; length < MostUnpacked && (n = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, MostUnpacked - length))) > 0; length += n)
                    foreach (var b in buffer.AsSpan(0, n))
                        hash = (hash ^ b) * 16777619;
            }
            catch (InvalidDataException)
            {
                // How much comes before the damage depends on how much was asked for at a time.
                return (0, 0, true);
            }
            return (length, hash, false);
        }
    }

    [ThreadStatic]
    private static byte[]? _buffer;
}

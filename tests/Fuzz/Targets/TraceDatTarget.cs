using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KernelMagnifier.Compression;
using KernelMagnifier.Engine.Tests.TraceDat;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Fuzzing;

/// <summary>Whole trace.dat files, versions 6 and 7.</summary>
internal sealed class TraceDatTarget() : ReadingTarget("trace-dat")
{
    public override int Longest => 512 << 10;

    // Event ids go up to 65,535, and each piece of each CPU counts its events by id.
    protected override long StepsPerByte => 20_000;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        if (Draw(input) % 128 == 0)
        {
            ReadInEveryWay(input, (path, options) => new TraceDatReader(InputFile.Open(path, InputKind.Recording), options),
                (stream, options) => new TraceDatReader(InputFile.Open(stream, "fuzz", InputKind.Recording), options));
            return;
        }
        var path = Scratch.Mine.With(input);
        _ = ReadingResult.Of(
            () => new TraceDatReader(InputFile.Open(path, InputKind.Recording), new TraceReadOptions { Threads = 1 }), inOrder: false);
    }
}

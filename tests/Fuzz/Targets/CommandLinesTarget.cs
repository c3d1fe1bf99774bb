using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KernelMagnifier.Compression;
using KernelMagnifier.Engine.Tests.TraceDat;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Fuzzing;

/// <summary>Saved command lines, and the kernel's ring buffer statistics.</summary>
internal sealed class CommandLinesTarget() : FuzzTarget("command-lines")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var names = new SavedCommandLines();
        names.Add(input);
        foreach (var pid in (ReadOnlySpan<int>)[0, 1, 7, 42, 1000, -1, int.MaxValue])
            Check(names[pid].Length <= Math.Max(input.Length, 6), $"a comm of {names[pid].Length} bytes");
        var statistics = new KernelStatistics();
        statistics.Add(System.Text.Encoding.UTF8.GetString(input));
        for (var cpu = 0; cpu < 4; cpu++) Check(statistics.Lost("", cpu) >= 0, $"{statistics.Lost("", cpu)} events lost");
    }
}

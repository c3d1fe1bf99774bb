using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Reads the columns of function_graph text for which no state is kept. Each method advances the position past the column.
/// </summary>
/// <remarks><c>print_graph_prologue</c> and <c>print_graph_duration</c> in <c>kernel/trace/trace_functions_graph.c</c>.</remarks>
internal static class FunctionGraphColumn
{
    /// <summary>Eight spaces.</summary>
    public const ulong Spaces = 0x2020202020202020;

    /// <summary>
    /// Skips <see cref="FunctionGraphColumns.RelativeTime"/>: it counts from the first line, not from the clock's start.
    /// </summary>
    public static bool TrySkipRelativeTime(ReadOnlySpan<byte> line, ref int at)
    {
        while ((uint)at < (uint)line.Length && line[at] == ' ') at++;
        if (!DecimalText.TryRead(line, ref at, out _) || !line[at..].StartsWith(" us |  "u8)) return false;
        at += 7;
        return true;
    }

    /// <summary>Reads <see cref="FunctionGraphColumns.Cpu"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadCpu(ReadOnlySpan<byte> line, ref int at, out int cpu)
    {
        cpu = -1;
        var i = at;
        if ((uint)i >= (uint)line.Length || line[i] != ' ') return false;
        do i++;
        while ((uint)i < (uint)line.Length && line[i] == ' ');
        if (!DecimalText.TryRead(line, ref i, out var number) || number >= TraceLimits.MaxCpus) return false;
        if ((uint)(i + 1) >= (uint)line.Length || line[i] != ')' || line[i + 1] != ' ') return false;
        cpu = (int)number;
        at = i + 2;
        return true;
    }

    /// <summary>Reads <see cref="FunctionGraphColumns.Flags"/>.</summary>
    public static bool TryReadFlags(ReadOnlySpan<byte> line, ref int at, out ExecutionContext context)
    {
        context = ExecutionContext.Unknown;
        if (at >= line.Length || line[at] != ' ') return false;
        var length = line[(at + 1)..Math.Min(line.Length, at + 12)].IndexOf(" | "u8);
        if (length is < 3 or > 8) return false;
        var flags = line.Slice(at + 1, length);
        if (flags.IndexOf((byte)' ') >= 0) return false;
        context = TraceFlags.ContextOfLetters(flags);
        at += length + 4;
        return true;
    }

    /// <summary>
    /// Reads <see cref="FunctionGraphColumns.Duration"/>. Leaves the duration as it is if the column is blank, as it is in a
    /// line that opens a call.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadDuration(ReadOnlySpan<byte> line, ref int at, ref long duration)
    {
        var i = at;
        if (i + 17 > line.Length) return false;
        if (BinaryPrimitives.ReadUInt64LittleEndian(line[i..]) == Spaces)
        {
            // Fourteen spaces.
            if (BinaryPrimitives.ReadUInt64LittleEndian(line[(i + 6)..]) != Spaces || line[i + 14] != '|' || line[i + 15] != ' '
                || line[i + 16] != ' ') return false;
            at = i + 17;
            return true;
        }
        // A mark for a long duration (trace_find_mark), a space, and microseconds, left-aligned. The kernel prints at most
        // seven digits, so a long duration has fewer than three decimals.
        if (line[i + 1] != ' ') return false;
        i += 2;
        if (!DecimalText.TryRead(line, ref i, out var value) || value >= MaxMicroseconds) return false;
        var decimals = 0;
        if ((uint)i < (uint)line.Length && line[i] == '.')
        {
            for (i++; (uint)i < (uint)line.Length && (uint)(line[i] - '0') <= 9 && decimals < 3; i++, decimals++)
                value = (value * 10) + (line[i] - '0');
        }
        for (; decimals < 3; decimals++) value *= 10;
        if (i + 5 > line.Length || line[i] != ' ' || line[i + 1] != 'u' || line[i + 2] != 's' || line[i + 3] != ' ') return false;
        i += 4;
        while ((uint)i < (uint)line.Length && line[i] == ' ') i++;
        if (i + 3 > line.Length || line[i] != '|' || line[i + 1] != ' ' || line[i + 2] != ' ') return false;
        duration = value;
        at = i + 3;
        return true;
    }

    // The duration in nanoseconds then fits in 64 bits.
    private const long MaxMicroseconds = 1_000_000_000_000_000;
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Reads <see cref="FunctionGraphColumns.Task"/>: <c>comm-pid</c> with at most seven bytes of the comm, centered in fourteen
/// columns. It is wider only if the PID is. A comm can contain any byte, so the separator is expected at the end of the column,
/// never searched for. One instance per thread.
/// </summary>
/// <remarks><c>print_graph_proc</c> in <c>kernel/trace/trace_functions_graph.c</c>.</remarks>
internal sealed class CenteredTaskColumn(CallNames names)
{
    /// <summary><c>TRACE_GRAPH_PROCINFO_LENGTH</c>.</summary>
    private const int Width = 14;

    private const int MaxExtraWidth = 5;

    private readonly Entry[] _entries = new Entry[64];

    // A recently read column: its fourteen bytes, as two numbers that overlap.
    private struct Entry
    {
        public ulong Low;
        public ulong High;
        public int Task;
    }

    /// <summary>Reads the column.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">Position of the column; advanced past the separator.</param>
    /// <param name="separator">The separator after the column; empty if the column ends the line.</param>
    /// <param name="task">Id of the task.</param>
    /// <param name="endsInColumn">Set to true if the line ends before the separator, as it does if the comm contains a
    /// newline.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(ReadOnlySpan<byte> line, ref int at, ReadOnlySpan<byte> separator, out int task, ref bool endsInColumn)
    {
        if (separator.Length == 3 && at + Width + 3 <= line.Length && line[at + Width] == ' ' && line[at + Width + 1] == '|'
            && line[at + Width + 2] == ' ')
        {
            var field = line.Slice(at, Width);
            var low = BinaryPrimitives.ReadUInt64LittleEndian(field);
            var high = BinaryPrimitives.ReadUInt64LittleEndian(field[(Width - 8)..]);
            ref var entry = ref _entries[(int)(((low ^ (high * 31)) * 0x9E3779B97F4A7C15) >> 58)];
            if (entry.Low == low && entry.High == high && entry.Task != 0)
            {
                task = entry.Task;
                at += Width + 3;
                return true;
            }
            if (TryParse(field, out task))
            {
                entry = new Entry { Low = low, High = high, Task = task };
                at += Width + 3;
                return true;
            }
        }
        return TryReadAnyWidth(line, ref at, separator, out task, ref endsInColumn);
    }

    private bool TryReadAnyWidth(ReadOnlySpan<byte> line, ref int at, ReadOnlySpan<byte> separator, out int task,
        ref bool endsInColumn)
    {
        task = 0;
        if (line.Length < at + Width + separator.Length && (separator.IsEmpty || line[at..].IndexOf(separator) < 0))
            endsInColumn = true;
        for (var width = Width; width <= Width + MaxExtraWidth && at + width + separator.Length <= line.Length; width++)
        {
            if (separator.IsEmpty ? at + width < line.TrimEnd((byte)'\r').Length : !line[(at + width)..].StartsWith(separator))
                continue;
            if (!TryParse(line.Slice(at, width), out task)) continue;
            at += width + separator.Length;
            return true;
        }
        return false;
    }

    private bool TryParse(ReadOnlySpan<byte> field, out int task)
    {
        task = 0;
        var right = field.Length;
        while (right > 0 && field[right - 1] == ' ') right--;
        var dash = field[..right].LastIndexOf((byte)'-');
        var at = dash + 1;
        if (dash < 0 || !DecimalText.TryRead(field[..right], ref at, out var pid) || at != right || pid > int.MaxValue)
            return false;
        // The kernel puts half of the padding, rounded down, on the left. Further spaces on the left belong to the comm.
        var padding = field.Length - right;
        var left = 0;
        while (left < padding && left < dash && field[left] == ' ') left++;
        if (left < padding - 1 || dash - left > TraceLimits.LongestComm) return false;
        task = names.Task(field[left..dash], (int)pid);
        return true;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// CPU, task and flags of function_graph lines that were met before, by the bytes of these columns. Also counts the calls of
/// each. One instance per thread.
/// </summary>
/// <remarks>
/// The columns mostly have one width in a recording. Lines in which they have another width are parsed each time, unless several
/// such lines follow one another.
/// </remarks>
internal sealed class FunctionGraphKnownColumns
{
    /// <summary>Wider columns are parsed each time.</summary>
    public const int Widest = 32;

    private const int IndexBits = 5;
    private const int LinesBeforeOtherWidth = 4;

    private readonly Entry[] _entries = new Entry[1 << IndexBits];
    private Vector128<byte> _lowMask, _highMask;
    private int _otherWidths;

    /// <summary>The bytes of the columns, and what they contain.</summary>
    internal struct Entry
    {
        public Vector128<byte> Low;
        public Vector128<byte> High;
        public int Cpu;
        public int Task;
        public ExecutionContext Context;
        public bool IsUsed;

        // Of the lines read with this entry, since they were last added to the statistics.
        public long Calls, First, Last;
    }

    /// <summary>Width of the columns, or 0 as long as it is not known.</summary>
    public int Width { get; private set; }

    /// <summary>Finds columns; returns a null reference if they are not known.</summary>
    /// <param name="text">Text of at least <see cref="Widest"/> bytes that starts with the columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Entry Find(ReadOnlySpan<byte> text)
    {
        var low = Vector128.Create(text) & _lowMask;
        var high = Vector128.Create(text[16..]) & _highMask;
        ref var entry = ref _entries[Index(low, high)];
        if (((entry.Low ^ low) | (entry.High ^ high)) == Vector128<byte>.Zero && entry.IsUsed) return ref entry;
        return ref Unsafe.NullRef<Entry>();
    }

    /// <summary>Adds columns that were parsed.</summary>
    public void Add(ReadOnlySpan<byte> columns, in FunctionGraphToken token, TraceStatistics statistics)
    {
        if (columns.Length > Widest) return;
        if (columns.Length != Width && !TrySetWidth(columns.Length, statistics)) return;
        _otherWidths = 0;
        Span<byte> padded = stackalloc byte[Widest];
        padded.Clear();
        columns.CopyTo(padded);
        var (low, high) = (Vector128.Create<byte>(padded), Vector128.Create<byte>(padded[16..]));
        ref var entry = ref _entries[Index(low, high)];
        if (entry.IsUsed && entry.Low == low && entry.High == high) return;
        Count(ref entry, statistics);
        entry = new Entry
        {
            Low = low,
            High = high,
            Cpu = token.Cpu,
            Task = token.Task,
            Context = token.Context,
            IsUsed = true,
            First = long.MaxValue,
            Last = long.MinValue,
        };
    }

    /// <summary>Adds the calls that were counted to the statistics.</summary>
    public void CountInto(TraceStatistics statistics)
    {
        foreach (ref var entry in _entries.AsSpan()) Count(ref entry, statistics);
    }

    private bool TrySetWidth(int width, TraceStatistics statistics)
    {
        if (Width != 0 && ++_otherWidths < LinesBeforeOtherWidth) return false;
        CountInto(statistics);
        Array.Clear(_entries);
        Width = width;
        Span<byte> masks = stackalloc byte[Widest];
        masks.Clear();
        masks[..width].Fill(byte.MaxValue);
        (_lowMask, _highMask) = (Vector128.Create<byte>(masks), Vector128.Create<byte>(masks[16..]));
        return true;
    }

    private static void Count(ref Entry entry, TraceStatistics statistics)
    {
        if (entry.Calls == 0) return;
        statistics.Count(entry.Cpu, entry.Calls);
        if (entry.First != CallRecord.NoTime)
        {
            statistics.Time(entry.First, entry.Cpu);
            statistics.Time(entry.Last, entry.Cpu);
        }
        (entry.Calls, entry.First, entry.Last) = (0, long.MaxValue, long.MinValue);
    }

    // One place for each key without probes: a collision costs one line that is parsed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Index(Vector128<byte> low, Vector128<byte> high)
    {
        var mixed = low.AsUInt64() + Vector128.ShiftLeft(high.AsUInt64(), 7);
        var upper = Vector128.Shuffle(mixed, Vector128.Create(1UL, 0UL)).ToScalar();
        return (int)(((mixed.ToScalar() ^ (upper * 31)) * 0x9E3779B97F4A7C15) >> (64 - IndexBits));
    }
}

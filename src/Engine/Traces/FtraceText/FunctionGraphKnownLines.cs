using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Reads function_graph lines whose columns and call <see cref="FunctionGraphLineParser"/> has parsed before. Only the
/// microseconds, the duration and the indent of such a line are new. One instance per thread.
/// </summary>
/// <remarks>
/// Sixteen bytes are compared at a time, and the newline is only searched after the indent. A line that is not exactly as
/// expected is not read, so the parser alone decides what a line means.
/// </remarks>
internal sealed class FunctionGraphKnownLines(FunctionGraphColumns columns)
{
    /// <summary>Lines that start closer to the end of a block are parsed. No known line and no access is longer.</summary>
    private const int Room = LongestTime + FunctionGraphKnownColumns.Widest + DurationWidth + DeepestIndent
        + FunctionGraphKnownCalls.LongestText;

    private const int LongestTime = MostSecondsDigits + AfterSeconds;
    private const int MostSecondsDigits = 8;

    // ".734674 |  "
    private const int AfterSeconds = 11;
    private const int DurationWidth = 17;
    private const int DeepestIndent = 64;

    private readonly bool _hasTime = columns.HasFlag(FunctionGraphColumns.AbsoluteTime);
    private readonly bool _isPossible = columns.HasFlag(FunctionGraphColumns.Duration)
        && !columns.HasFlag(FunctionGraphColumns.RelativeTime) && Vector128.IsHardwareAccelerated;

    private readonly FunctionGraphKnownColumns _columns = new();

    // Made when the first line is learned: not every text has lines that can be known.
    private FunctionGraphKnownCalls? _calls;

    // The whole seconds of the line that was parsed last, shifted to the upper end of the number, and their width.
    private ulong _secondsText;
    private long _seconds;
    private int _point;

    /// <summary>Reads the first line of a text.</summary>
    /// <returns>The length of the line with its newline, or 0 if the line must be parsed.</returns>
    public int TryRead(ReadOnlySpan<byte> text, out FunctionGraphToken token)
    {
        Unsafe.SkipInit(out token);
        if (text.Length < Room || _columns.Width == 0 || _calls is not { } calls) return 0;
        var at = 0;
        var time = CallRecord.NoTime;
        if (_hasTime)
        {
            if (!TryReadTime(text, out time)) return 0;
            at = _point + AfterSeconds;
        }
        ref var known = ref _columns.Find(text[at..]);
        if (Unsafe.IsNullRef(ref known)) return 0;
        at += _columns.Width;
        if (!FunctionGraphDuration.TryRead(text[at..], out var duration)) return 0;
        at += DurationWidth;
        var indent = Indent(text.Slice(at, DeepestIndent));
        at += indent;
        if ((indent & 1) != 0 || indent == DeepestIndent) return 0;
        if (text[at] == '}' && text[at + 1] == '\n')
        {
            if (duration < 0) return 0;
            (token.Kind, token.Function, token.Operand) = (FunctionGraphTokenKind.Close, 0, 0);
            at += 2;
        }
        else
        {
            var length = calls.TryRead(text[at..], ref token);
            if (length == 0 || (token.Kind == FunctionGraphTokenKind.Open) != (duration < 0)) return 0;
            at += length + 1;
        }
        (token.Time, token.Duration, token.Depth) = (time, duration, (short)(indent >> 1));
        (token.Cpu, token.Task, token.Context) = (known.Cpu, known.Task, known.Context);
        if (token.Kind != FunctionGraphTokenKind.Close)
        {
            known.Calls++;
            known.First = Math.Min(known.First, time);
            known.Last = Math.Max(known.Last, time);
        }
        return at;
    }

    /// <summary>Remembers a line that was parsed and is no event.</summary>
    /// <param name="line">The line.</param>
    /// <param name="token">What the parser found in it.</param>
    /// <param name="time">Length of the column of the time.</param>
    /// <param name="duration">Where the column of the duration starts.</param>
    /// <param name="call">Where the call starts, after its indent.</param>
    /// <param name="statistics">Takes what was counted so far if there is no room for it.</param>
    public void Learn(ReadOnlySpan<byte> line, in FunctionGraphToken token, int time, int duration, int call,
        TraceStatistics statistics)
    {
        if (!_isPossible || token.Kind > FunctionGraphTokenKind.Close) return;
        if (_hasTime)
        {
            var point = time - AfterSeconds;
            if (point is < 1 or > MostSecondsDigits) return;
            _point = point;
            _secondsText = BinaryPrimitives.ReadUInt64LittleEndian(line) << (64 - (point * 8));
            _seconds = token.Time / 1_000_000_000;
        }
        _columns.Add(line[time..duration], in token, statistics);
        _calls ??= new FunctionGraphKnownCalls();
        if (line.Length - call > 1) _calls.Add(line[call..], in token);
    }

    /// <summary>Adds the calls that were read to the statistics.</summary>
    public void CountInto(TraceStatistics statistics) => _columns.CountInto(statistics);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadTime(ReadOnlySpan<byte> text, out long time)
    {
        var point = _point;
        time = 0;
        if (BinaryPrimitives.ReadUInt64LittleEndian(text) << (64 - (point * 8)) != _secondsText) return false;
        var decimals = BinaryPrimitives.ReadUInt64LittleEndian(text[point..]);
        // " |  "
        if ((byte)decimals != '.' || BinaryPrimitives.ReadUInt32LittleEndian(text[(point + 7)..]) != 0x20207C20) return false;
        // The six digits between the point and a space make an eight-digit number with two leading zeros.
        var micros = (decimals >> 8 << 16) | 0x3030;
        if (!EightDigits.AreDigits(micros)) return false;
        time = (_seconds * 1_000_000_000) + (EightDigits.Parse(micros) * 1000);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Indent(ReadOnlySpan<byte> text)
    {
        var at = 0;
        do
        {
            var others = ~Vector128.Equals(Vector128.Create(text[at..]), Vector128.Create((byte)' ')).ExtractMostSignificantBits()
                & 0xFFFF;
            if (others != 0) return at + BitOperations.TrailingZeroCount(others);
            at += 16;
        }
        while (at < DeepestIndent);
        return DeepestIndent;
    }
}

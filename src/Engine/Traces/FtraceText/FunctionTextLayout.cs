using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The format of a text, from its header and its first lines.</summary>
internal sealed class FunctionTextLayout
{
    /// <summary>Position of the hardirq/softirq letter in the flags of mainline kernels.</summary>
    public const int DefaultContextColumn = 2;

    /// <summary>The number of flags that kernels with the PREEMPT_RT patches print; others print four or five.</summary>
    private const int SevenFlags = 7;

    /// <summary>Position of the hardirq/softirq letter among <see cref="SevenFlags"/>: need-resched-lazy comes before it.</summary>
    private const int ContextColumnOfSeven = 3;

    private const int MaxLines = 200;
    private const int LongestHeaderLine = 300;

    // A last line without a newline is cut off by the size of the head if the head is at least this long.
    private const int FullHead = 32 * 1024;

    private const string EntriesLine = "# entries-in-buffer/entries-written: ";

    private readonly int[] _prefixes = new int[Enum.GetValues<LinePrefixKind>().Length];
    private bool _hasHeader, _isClockKnown;
    private int _callsWithCaller, _callsWithoutCaller;
    private int _irqsOffColumn = -1;
    private bool _isContextColumnDrawn, _hasCallers, _isLatencyTracer;
    private int _linesWithSevenFlags, _linesWithOtherFlags;

    private FunctionTextLayout()
    {
    }

    /// <summary>The format of the prefix of most lines.</summary>
    public LinePrefixKind Prefix { get; private set; }

    /// <summary>The unit of the times.</summary>
    public ClockUnit ClockUnit { get; private set; } = ClockUnit.Nanoseconds;

    /// <summary>Position of the hardirq/softirq letter in the flags.</summary>
    public int ContextColumn { get; private set; } = DefaultContextColumn;

    /// <summary>
    /// Whether a call without a caller is damaged, because calls are printed with their callers. Not in lines of the latency
    /// tracers: some of their calls have no caller.
    /// </summary>
    /// <remarks><c>trace_fn_trace</c> in <c>kernel/trace/trace_output.c</c> leaves out a caller whose address is 0, which the
    /// latency tracers pass where it is not known (<c>kernel/trace/trace_irqsoff.c</c>, <c>trace_sched_wakeup.c</c>).</remarks>
    public bool RequiresCaller(LinePrefixKind prefix)
        => _hasCallers && (Tracer is null ? prefix != LinePrefixKind.Latency : !_isLatencyTracer);

    /// <summary>The tracer, from the header; null if the header does not contain it.</summary>
    public string? Tracer { get; private set; }

    /// <summary>The kernel release, from the header; null if the header does not contain it.</summary>
    public string? KernelRelease { get; private set; }

    /// <summary>CPUs of the machine, from <c>#P:</c> in the header; 0 if the header does not contain it.</summary>
    public int Cpus { get; private set; }

    /// <summary>
    /// Entries that newer ones overwrote in the ring buffer, from <c>entries-in-buffer/entries-written</c> in the header; null
    /// if not known.
    /// </summary>
    public long? Overwritten { get; private set; }

    /// <summary>Whether the text has a header of ftrace, or lines that no other kind of file has.</summary>
    public bool IsTrace { get; private set; }

    /// <summary>Finds the format of a text.</summary>
    /// <param name="head">The start of the text.</param>
    public static FunctionTextLayout Of(ReadOnlySpan<byte> head)
    {
        var layout = new FunctionTextLayout();
        var rest = head;
        for (var lines = 0; !rest.IsEmpty && lines < MaxLines;)
        {
            var newline = rest.IndexOf((byte)'\n');
            if (newline < 0 && head.Length >= FullHead) break;
            var line = (newline < 0 ? rest : rest[..newline]).TrimEnd((byte)'\r');
            rest = newline < 0 ? default : rest[(newline + 1)..];
            if (line.StartsWith("#"u8))
            {
                layout.ReadHeader(Encoding.UTF8.GetString(line[..Math.Min(line.Length, LongestHeaderLine)]));
            }
            else if (!line.IsEmpty)
            {
                lines++;
                layout.ReadLine(line);
            }
        }
        layout.Decide();
        return layout;
    }

    private void ReadHeader(string text)
    {
        if (text.StartsWith("# tracer: ", StringComparison.Ordinal)) (_hasHeader, Tracer) = (true, text[10..].Trim());
        if (text.Contains("entries-in-buffer/", StringComparison.Ordinal)
            || text.StartsWith("##### CPU ", StringComparison.Ordinal)) _hasHeader = true;
        if (text.StartsWith(EntriesLine, StringComparison.Ordinal)
            && text[EntriesLine.Length..].Split(' ')[0].Split('/') is [var kept, var written]
            && long.TryParse(kept, out var inBuffer) && long.TryParse(written, out var all)
            && all >= inBuffer) Overwritten = all - inBuffer;
        if (text.IndexOf("#P:", StringComparison.Ordinal) is >= 0 and var p)
            Cpus = int.TryParse(text.AsSpan(p + 3).TrimEnd(" )").ToString(), out var n) ? Math.Clamp(n, 0, TraceLimits.MaxCpus)
                : 0;
        if (text.IndexOf(" latency trace v", StringComparison.Ordinal) is >= 0 and var v
            && text.IndexOf(" on ", v, StringComparison.Ordinal) is >= 0 and var on)
        {
            (_hasHeader, KernelRelease) = (true, text[(on + 4)..].Trim());
            if (v > 2) Tracer ??= text[2..v];
        }
        // The header draws one line for each flag, whose first underscore is in the column of the flag.
        var underscore = text.IndexOf('_', StringComparison.Ordinal);
        if (text.Contains("=> irqs-off", StringComparison.Ordinal)) _irqsOffColumn = underscore;
        if (text.Contains("=> hardirq/softirq", StringComparison.Ordinal) && _irqsOffColumn >= 0
            && underscore - _irqsOffColumn is > 0 and < 8)
            (ContextColumn, _isContextColumnDrawn) = (underscore - _irqsOffColumn, true);
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        if (LineClassification.Of(line) is not { } found)
        {
            if (line.StartsWith("CPU:"u8) && line.IndexOf(" [LOST "u8) > 0) _hasHeader = true;
            return;
        }
        _prefixes[(int)found.Prefix]++;
        if (found.Flags == SevenFlags) _linesWithSevenFlags++;
        else if (found.Flags > 0) _linesWithOtherFlags++;
        if (found.HasCaller) _callsWithCaller++;
        else if (found.IsCall) _callsWithoutCaller++;
        if (_isClockKnown || !found.HasTime) return;
        _isClockKnown = true;
        if (found.IsCount) ClockUnit = ClockUnit.Counts;
    }

    private void Decide()
    {
        var best = 0;
        for (var i = 1; i < _prefixes.Length; i++)
            if (_prefixes[i] > _prefixes[best])
                best = i;
        Prefix = (LinePrefixKind)best;
        _hasCallers = _callsWithCaller > _callsWithoutCaller;
        _isLatencyTracer = Tracer is "irqsoff" or "preemptoff" or "preemptirqsoff"
            || Tracer?.StartsWith("wakeup", StringComparison.Ordinal) == true;
        // Without a header, the number of flags tells their columns.
        if (!_isContextColumnDrawn && _linesWithSevenFlags > _linesWithOtherFlags) ContextColumn = ContextColumnOfSeven;
        // Lines "a <-b" without a prefix, and columns of numbers, occur in files that are not traces.
        IsTrace = _hasHeader || (Prefix <= LinePrefixKind.Verbose && _prefixes[best] > 0);
    }
}

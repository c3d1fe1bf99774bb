using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>What the first lines tell about a text: its prefix, its clock, and what the header says.</summary>
internal sealed class FunctionTextLayout
{
    // More lines than that are looked at only while none could be read.
    private const int EnoughLines = 200;

    public LinePrefix Prefix { get; private init; }

    public ClockUnit ClockUnit { get; private init; }

    /// <summary>Where in the flags the hardirq/softirq letter stands; 2 in mainline kernels.</summary>
    public int ContextColumn { get; private init; } = 2;

    /// <summary>Calls are printed with their callers.</summary>
    public bool HasCallers { get; private init; }

    public string? Tracer { get; private init; }

    public string? KernelRelease { get; private init; }

    /// <summary>CPUs of the machine, from the header's <c>#P:</c>; 0 when it does not tell.</summary>
    public int Cpus { get; private init; }

    /// <summary>Entries that later ones took the place of before the text was taken, from the header's entries-in-buffer/entries-written; null when it does not tell.</summary>
    public long? Overwritten { get; private init; }

    /// <summary>The text has ftrace's header, or lines of ftrace.</summary>
    public bool IsTrace { get; private init; }

    public static FunctionTextLayout Of(ReadOnlySpan<byte> head)
    {
        string? tracer = null, release = null;
        long? overwritten = null;
        int cpus = 0, irqsOff = -1, context = 2, looked = 0, callers = 0, orphans = 0;
        bool header = false, counts = false, clockKnown = false;
        Span<int> votes = stackalloc int[6];
        var rest = head;
        while (!rest.IsEmpty && looked < EnoughLines)
        {
            var newline = rest.IndexOf((byte)'\n');
            // A last line without an end may be cut by the size of the head.
            if (newline < 0 && head.Length >= 32 * 1024) break;
            var line = (newline < 0 ? rest : rest[..newline]).TrimEnd((byte)'\r');
            rest = newline < 0 ? default : rest[(newline + 1)..];
            if (line.StartsWith("#"u8))
            {
                var text = Encoding.UTF8.GetString(line[..Math.Min(line.Length, 300)]);
                if (text.StartsWith("# tracer: ", StringComparison.Ordinal)) (header, tracer) = (true, text[10..].Trim());
                if (text.Contains("entries-in-buffer/", StringComparison.Ordinal) || text.StartsWith("##### CPU ", StringComparison.Ordinal)) header = true;
                if (text.StartsWith("# entries-in-buffer/entries-written: ", StringComparison.Ordinal) && text[37..].Split(' ')[0].Split('/') is [var kept, var written]
                    && long.TryParse(kept, out var inBuffer) && long.TryParse(written, out var all) && all >= inBuffer) overwritten = all - inBuffer;
                if (text.IndexOf("#P:", StringComparison.Ordinal) is >= 0 and var p)
                    cpus = int.TryParse(text.AsSpan(p + 3).TrimEnd(" )").ToString(), out var n) ? Math.Clamp(n, 0, 65536) : 0;
                if (text.IndexOf(" latency trace v", StringComparison.Ordinal) is >= 0 and var v && text.IndexOf(" on ", v, StringComparison.Ordinal) is >= 0 and var on)
                    (header, release) = (true, text[(on + 4)..].Trim());
                var underscore = text.IndexOf('_', StringComparison.Ordinal);
                if (text.Contains("=> irqs-off", StringComparison.Ordinal)) irqsOff = underscore;
                if (text.Contains("=> hardirq/softirq", StringComparison.Ordinal) && irqsOff >= 0 && underscore - irqsOff is > 0 and < 8) context = underscore - irqsOff;
                continue;
            }
            if (line.IsEmpty) continue;
            looked++;
            if (FunctionTextParser.Classify(line) is not { } prefix)
            {
                if (line.StartsWith("CPU:"u8) && line.IndexOf(" [LOST "u8) > 0) header = true;
                continue;
            }
            votes[(int)prefix.Prefix]++;
            if (prefix.HasCaller) callers++;
            else if (prefix.IsCall) orphans++;
            if (!clockKnown && prefix.HasTime) (clockKnown, counts) = (true, prefix.IsCount);
        }
        var best = 0;
        for (var i = 1; i < votes.Length; i++)
            if (votes[i] > votes[best])
                best = i;
        return new FunctionTextLayout
        {
            Prefix = (LinePrefix)best,
            ClockUnit = counts ? ClockUnit.Counts : ClockUnit.Nanoseconds,
            ContextColumn = context,
            HasCallers = callers > orphans,
            Tracer = tracer,
            KernelRelease = release,
            Cpus = cpus,
            Overwritten = overwritten,
            // Bare "a <-b" lines and columns of numbers alone are too little to call a file a trace.
            IsTrace = header || (best <= (int)LinePrefix.Verbose && votes[best] > 0),
        };
    }
}

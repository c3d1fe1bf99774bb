using System.Buffers.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>The layout of a report, from its first lines.</summary>
/// <remarks>
/// The comm is padded to 16 columns, or to eight with <c>-l</c>, so the dash behind it has a fixed position. A comm can contain
/// any text, also text like the fields that follow it. With buffer instances or several files, a column with their names
/// precedes the comm: its width is that of the longest name.
/// </remarks>
internal sealed class ReportLayout
{
    private const int MaxLines = 400;
    private const int CommWidth = 16, LatencyCommWidth = 8;

    // A column for a file's path, and the comm.
    private const int LastDash = 320;
    private const int NameWidth = 20;

    private ReportLayout()
    {
    }

    /// <summary>Position of the dash between comm and PID; -1 if it has none, as it does if the padding was removed.</summary>
    public int Dash { get; private set; } = -1;

    /// <summary>Width of the column for the instance, with the colon and the space behind it; 0 if there is none.</summary>
    public int InstanceWidth { get; private set; }

    /// <summary>Width of the column for the comm.</summary>
    public int CommColumn { get; private set; } = CommWidth;

    /// <summary>Whether the times are counts.</summary>
    public bool IsCount { get; private set; }

    /// <summary>Whether <c>calltime</c> and <c>rettime</c> of raw fields (<c>-R</c>) are hexadecimal.</summary>
    public bool HasHexTimes { get; private set; }

    /// <summary>CPUs of the machine, from <c>cpus=</c>; 0 if the text does not contain it.</summary>
    public int Cpus { get; private set; }

    /// <summary>How the first calls tell which calls ran below a function; null if there are none.</summary>
    public CallNesting? Nesting { get; private set; }

    /// <summary>Whether the text is a report.</summary>
    public bool IsReport { get; private set; }

    /// <summary>Finds the layout of a text.</summary>
    /// <param name="head">The start of the text.</param>
    public static ReportLayout Of(ReadOnlySpan<byte> head)
    {
        var layout = new ReportLayout();
        Span<int> votes = stackalloc int[2 * (LastDash + 1)];
        votes.Clear();
        var (padded, notPadded, isTimeKnown, hasMark) = (0, 0, false, false);
        for (var lines = 0; lines < MaxLines && !head.IsEmpty; lines++)
        {
            // A last line without a newline can be cut off by the size of the head.
            var end = head.IndexOf((byte)'\n');
            if (end < 0 && lines > 0) break;
            var line = (end < 0 ? head : head[..end]).TrimEnd((byte)'\r');
            head = end < 0 ? default : head[(end + 1)..];
            // The header of a tracer, which trace-cmd prints for the text of a latency tracer.
            if (line.StartsWith("# tracer:"u8)) return layout;
            hasMark |= layout.ReadMark(line);
            if (!TryVote(line, votes, out var prefix)) continue;
            if (!isTimeKnown) (isTimeKnown, layout.IsCount) = (true, prefix.IsCount);
            var isPadded = IsPadded(line, in prefix);
            if (isPadded == true) padded++;
            else if (isPadded == false) notPadded++;
            layout.HasHexTimes |= HasHexTime(line);
            var name = line.Slice(prefix.Name, prefix.NameLength);
            if (name.StartsWith("funcgraph_"u8) || name.StartsWith("fgraph_"u8)) layout.Nesting = CallNesting.Stack;
            else if (name.SequenceEqual("function"u8)) layout.Nesting ??= CallNesting.Caller;
        }
        layout.Decide(votes);
        // ftrace's own text has lines with the same prefix, but never aligns the text of its events.
        layout.IsReport = isTimeKnown && (padded > notPadded || (hasMark && padded == notPadded));
        return layout;
    }

    /// <summary>Adds a vote for each position of the dash with which the line can be parsed.</summary>
    private static bool TryVote(ReadOnlySpan<byte> line, Span<int> votes, out ReportPrefix prefix)
    {
        prefix = default;
        var found = false;
        for (var dash = 0; dash < Math.Min(line.Length, LastDash); dash++)
        {
            if (line[dash] != '-' || !ReportPrefix.TryParse(line, dash, out var parsed)) continue;
            votes[(dash * 2) + (parsed.IsLatency ? 1 : 0)]++;
            if (!found) prefix = parsed;
            found = true;
        }
        return found;
    }

    private bool ReadMark(ReadOnlySpan<byte> line)
    {
        var at = line.LastIndexOf("cpus="u8);
        if (at < 0) return line.EndsWith(" EVENTS DROPPED]"u8) || line.EndsWith(" [EVENTS DROPPED]"u8);
        if (!Utf8Parser.TryParse(line[(at + 5)..], out int cpus, out var used) || at + 5 + used != line.Length || cpus <= 0)
            return false;
        Cpus = Math.Max(Cpus, Math.Min(cpus, Reading.TraceLimits.MaxCpus));
        return true;
    }

    /// <summary>Whether the text of an event is aligned; null if its name is too long to show that.</summary>
    private static bool? IsPadded(ReadOnlySpan<byte> line, in ReportPrefix prefix)
    {
        if (prefix.NameLength > NameWidth - 2)
            return line[prefix.Name..].StartsWith("fgraph_retaddr_entry: "u8) ? true : null;
        var padding = line[prefix.Body..];
        padding = padding[..Math.Min(padding.Length, NameWidth - prefix.NameLength + 1)];
        return padding.Length < 2 ? null : padding.IndexOfAnyExcept((byte)' ') < 0;
    }

    private static bool HasHexTime(ReadOnlySpan<byte> line)
    {
        var at = line.LastIndexOf(" calltime="u8);
        return at > 0 && line[(at + 10)..].IndexOfAnyInRange((byte)'a', (byte)'f') is >= 0 and < 16 and var letter
            && line[(at + 10)..(at + 10 + letter)].IndexOf((byte)' ') < 0;
    }

    private void Decide(ReadOnlySpan<int> votes)
    {
        var (best, sum) = (0, 0);
        for (var i = 0; i < votes.Length; i++)
        {
            sum += votes[i];
            if (votes[i] > votes[best]) best = i;
        }
        CommColumn = (best & 1) != 0 ? LatencyCommWidth : CommWidth;
        if (votes[best] * 2 <= sum || best / 2 < CommColumn) return;
        Dash = best / 2;
        InstanceWidth = Dash - CommColumn;
    }
}

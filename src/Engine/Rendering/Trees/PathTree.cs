using System.Globalization;
using System.Text;
using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Trees;

/// <summary>
/// Formats a critical path as lines of text, in time order. A task is indented by its depth: what it did on the way to a wake-up is
/// above the task that it woke.
/// </summary>
/// <param name="isUnicode">Whether lines are drawn with Unicode characters.</param>
/// <param name="width">The columns of the terminal; 0 for no limit.</param>
internal sealed class PathTree(bool isUnicode, int width = 0)
{
    private const int LongestTask = 40, LongestWhat = 80, MostIndents = 10, NarrowestWhat = 8;
    private const string Gap = "  ";

    /// <summary>Whether a charset means Unicode characters in this terminal.</summary>
    public static bool IsUnicode(TreeCharset charset)
        => charset == TreeCharset.Unicode
            || (charset == TreeCharset.Auto && CallTreeOptions.TerminalHasUnicode(Environment.GetEnvironmentVariable));

    /// <summary>The lines: a heading, then one per segment. Names are escaped for a terminal.</summary>
    public IEnumerable<string> Lines(IReadOnlyList<PathSegment> path)
    {
        string[][] rows = [["Start", "Duration", "%", "Task", "State", "What"], .. path.Select(Cells)];
        var widths = Enumerable.Range(0, 5).Select(i => rows.Max(row => TerminalText.Width(row[i]))).ToArray();
        var before = widths.Sum() + (widths.Length * Gap.Length);
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var i = 0; i < widths.Length; i++)
            {
                var space = new string(' ', widths[i] - TerminalText.Width(row[i]));
                // Numbers are aligned to the right.
                line.Append(i < 3 ? space + row[i] : row[i] + space).Append(Gap);
            }
            var room = width == 0 ? LongestWhat : Math.Clamp(width - before, NarrowestWhat, LongestWhat);
            yield return line.Append(Fit(row[5], room)).ToString().TrimEnd();
        }
    }

    /// <summary>The task of a segment, or what it is instead, indented by its depth and escaped for a terminal.</summary>
    /// <param name="depth">The depth.</param>
    /// <param name="comm">The name of the task; null if there is none.</param>
    /// <param name="processId">Its pid; null if there is none.</param>
    /// <param name="what">What the segment is if it is of no task.</param>
    public string Task(int depth, string? comm, int? processId, string? what)
        => Indent(depth) + Fit(Escape(comm is null ? processId is null ? what ?? "" : $"{processId}" : $"{comm}/{processId}"), LongestTask);

    private string[] Cells(PathSegment segment) =>
    [
        Start(segment), Duration(segment), segment.Percent.ToString("0.0", CultureInfo.InvariantCulture),
        Task(segment.Depth, segment.Comm, segment.ProcessId, segment.What), segment.State,
        // What has no task is named in the column of tasks.
        segment.ProcessId is null ? "" : Escape(segment.What ?? ""),
    ];

    private static string Start(PathSegment segment)
        => segment.Start?.ToString(segment.Unit == nameof(ClockUnit.Counts) ? "0" : "0.000000", CultureInfo.InvariantCulture) ?? "";

    private string Duration(PathSegment segment)
    {
        var text = segment.Unit == nameof(ClockUnit.Counts)
            ? DurationText.OfCounts(segment.DurationNanoseconds) : DurationText.Of(segment.DurationNanoseconds);
        return isUnicode ? text : text.Replace('µ', 'u');
    }

    private string Indent(int depth)
    {
        if (depth <= 0) return "";
        // A chain is rarely that long. Its number says how deep it is.
        if (depth > MostIndents) return $"{Indent(MostIndents)}({depth}) ";
        return string.Concat(Enumerable.Repeat(isUnicode ? "│ " : "| ", depth - 1)) + (isUnicode ? "├ " : "|-");
    }

    private string Escape(string text)
    {
        var escaped = TerminalText.Escape(DisplayText.Shorten(text, LongestWhat));
        return isUnicode ? escaped : TreeLines.Ascii(escaped);
    }

    private string Fit(string text, int most)
    {
        if (TerminalText.Width(text) <= most) return text;
        var (to, end) = (new StringBuilder(), isUnicode ? "…" : "...");
        var left = most - end.Length;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((left -= TerminalText.Width(rune.ToString())) < 0) break;
            to.Append(rune.ToString());
        }
        return to.Append(end).ToString();
    }
}

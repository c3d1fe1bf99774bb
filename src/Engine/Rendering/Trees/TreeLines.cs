using System.Globalization;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Trees;

/// <summary>Formats the lines of a tree: the number of calls, their time, a bar, and the function.</summary>
/// <param name="isUnicode">Whether lines are drawn with Unicode characters.</param>
/// <param name="mostCalls">The largest number of calls with a bar.</param>
/// <param name="mostHidden">The largest number of calls without a bar.</param>
/// <param name="longest">The longest time in nanoseconds; -1 if no time is known.</param>
internal sealed class TreeLines(bool isUnicode, long mostCalls, long mostHidden, long longest)
{
    private const int BarWidth = 10, LongestName = 80;

    private readonly int _countWidth = Math.Max("Calls".Length, DisplayText.Number(Math.Max(mostCalls, mostHidden)).Length);
    private readonly int _timeWidth = Math.Max("Total us".Length, Time(longest).Length);

    private bool HasTimes => longest >= 0;

    private string Ellipsis => isUnicode ? "…" : "...";

    /// <summary>The first line.</summary>
    /// <param name="title">The heading of the last column.</param>
    public string Heading(string title)
    {
        var times = HasTimes ? "Total us".PadLeft(_timeWidth) + "  " : "";
        return $"{"Calls".PadLeft(_countWidth)}  {times}{"".PadRight(BarWidth)}  {title}";
    }

    /// <summary>A line.</summary>
    /// <param name="calls">The number of calls.</param>
    /// <param name="time">Their time in nanoseconds; -1 if not known.</param>
    /// <param name="indent">The branches to the left of the text.</param>
    /// <param name="text">The function and its mark.</param>
    /// <param name="hasBar">Whether the line has a bar.</param>
    public string Line(long calls, long time, string indent, string text, bool hasBar = true)
    {
        var line = new StringBuilder(DisplayText.Number(calls).PadLeft(_countWidth)).Append("  ");
        if (HasTimes) line.Append(Time(time).PadLeft(_timeWidth)).Append("  ");
        return line.Append(hasBar ? Bar(calls) : new string(' ', BarWidth)).Append("  ").Append(indent).Append(text).ToString();
    }

    /// <summary>The line for the branches of a function that are not shown.</summary>
    public string MoreLine(string indent, int branches, long calls)
        => Line(calls, -1, indent + Branch(isLast: true), $"{Ellipsis} {DisplayText.Number(branches)} more", hasBar: false);

    /// <summary>The mark of a function whose branches are deeper than the tree.</summary>
    public string DeeperMark(int branches, string what) => $"  {Ellipsis} {DisplayText.Count(branches, what)}";

    /// <summary>The characters to the left of a function.</summary>
    public string Branch(bool isLast)
        => (isUnicode, isLast) switch { (true, true) => "└─ ", (true, false) => "├─ ", (false, true) => "`- ", _ => "|- " };

    /// <summary>The characters to the left of the branches of a function.</summary>
    public string Indent(bool isLast) => isLast ? "   " : isUnicode ? "│  " : "|  ";

    /// <summary>The name of a function and its source, escaped for a terminal.</summary>
    public string Name(FunctionSymbol function)
    {
        if (function.Name.Length == 0) return FunctionText.Unknown;
        var name = TerminalText.Escape(DisplayText.Shorten(function.ToString(), LongestName));
        if (function.SourceFile is { } file)
        {
            var place = function.SourceLine is { } line ? $"{file}:{line}" : file;
            name += "  " + TerminalText.Escape(DisplayText.Shorten(place, LongestName));
        }
        return isUnicode ? name : Ascii(name);
    }

    private static string Time(long nanoseconds)
        => nanoseconds < 0 ? "" : (nanoseconds / 1000.0).ToString("N1", CultureInfo.InvariantCulture);

    /// <summary>A bar whose length is the share of the largest count. Every count above 0 has a visible bar.</summary>
    private string Bar(long calls)
    {
        if (calls <= 0 || mostCalls <= 0) return new string(' ', BarWidth);
        var eighths = (int)Math.Max(1, Math.Round((double)calls / mostCalls * BarWidth * 8));
        if (!isUnicode) return new string('#', Math.Max(1, eighths / 8)).PadRight(BarWidth);
        var bar = new string('█', eighths / 8) + (eighths % 8 > 0 ? "▏▎▍▌▋▊▉"[(eighths % 8) - 1].ToString() : "");
        return bar.PadRight(BarWidth);
    }

    /// <summary>Escapes all characters outside ASCII in the form that <see cref="TerminalText"/> uses.</summary>
    public static string Ascii(string text)
    {
        if (System.Text.Ascii.IsValid(text)) return text;
        var to = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii) to.Append((char)rune.Value);
            else to.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        }
        return to.ToString();
    }
}

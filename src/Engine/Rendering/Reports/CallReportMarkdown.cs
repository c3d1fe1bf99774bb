using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// A report as Markdown with GitHub's tables. What comes from a recording stands in code spans, where nothing is markup; the two
/// characters that would end a span or a cell are written out.
/// </summary>
internal static class CallReportMarkdown
{
    private const int LongestName = 200;

    public static void Write(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
    {
        var rows = new RowProgress(report, progress, cancel);
        var text = new StringBuilder();
        text.Append("# ").Append(Heading(report.Title)).Append("\n\n| | |\n| --- | --- |\n");
        foreach (var fact in report.Facts()) Fact(text, fact);
        foreach (var omission in report.Omissions) text.Append("| ").Append(omission.Name).Append(" | not here: ").Append(omission.Reason).Append(" |\n");
        foreach (var trace in report.Traces)
        {
            text.Append("\n## Recording\n\n| | |\n| --- | --- |\n");
            foreach (var fact in CallReport.Facts(trace)) Fact(text, fact);
        }
        foreach (var section in report.Sections)
        {
            var known = section.Known();
            int[] columns = [.. Enumerable.Range(0, known.Length).Where(i => !section.Columns[i].NotInTable && (known[i] || i == section.CallsColumn))];
            text.Append("\n## ").Append(section.Name).Append("\n\n|");
            foreach (var i in columns) text.Append(' ').Append(section.Columns[i].Heading).Append(" |");
            text.Append("\n|");
            foreach (var i in columns) text.Append(section.Columns[i].IsSum || section.Columns[i].Name is "pid" or "cpu" ? " ---: |" : " --- |");
            text.Append('\n');
            foreach (var row in section.Rows)
            {
                text.Append('|');
                foreach (var i in columns) text.Append(' ').Append(Value(row[i])).Append(" |");
                text.Append('\n').FlushTo(output);
                rows.Row();
            }
            if (section.LeftOut > 0)
                text.Append("\n… and ").Append(DisplayText.Number(section.LeftOut)).Append(" more, with ").Append(DisplayText.Number(section.LeftOutCalls)).Append(" calls.\n");
        }
        text.FlushTo(output, all: true);
    }

    private static void Fact(StringBuilder text, ReportFact fact)
    {
        if (fact.Value.Kind != ReportKind.None) text.Append("| ").Append(fact.Heading).Append(" | ").Append(Value(fact.Value)).Append(" |\n");
    }

    private static string Value(ReportValue value) => value.Kind == ReportKind.Text ? Code(value.ToString()) : value.ToString();

    private static string Code(string name)
    {
        var text = Inert(DisplayText.Shorten(DisplayText.Visible(DisplayText.Shorten(name, LongestName)), LongestName));
        // A span of spaces alone, or one that begins and ends with one, would lose them.
        return text.Length == 0 ? "" : text.StartsWith(' ') || text.EndsWith(' ') ? $"` {text} `" : $"`{text}`";
    }

    /// <summary>A heading is no place for a code span; there, everything that could be markup is a character reference.</summary>
    private static string Heading(string title)
    {
        var text = new StringBuilder();
        foreach (var c in DisplayText.Visible(title))
        {
            if (c > 127 || char.IsAsciiLetterOrDigit(c) || c is ' ' or ',') text.Append(c);
            else text.Append("&#").Append((int)c).Append(';');
        }
        return text.ToString();
    }

    private static string Inert(string text)
        => text.Replace("`", "‹U+0060›", StringComparison.Ordinal).Replace("|", "‹U+007C›", StringComparison.Ordinal);
}

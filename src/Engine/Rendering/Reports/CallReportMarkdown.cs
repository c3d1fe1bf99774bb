using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Writes a report as Markdown with GitHub's tables. Text of a recording is in code spans, where nothing is markup; the two
/// characters that would end a span or a cell are escaped.
/// </summary>
internal static class CallReportMarkdown
{
    private const int LongestName = 200;

    /// <summary>Writes the report.</summary>
    public static void Write(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
    {
        var rows = new RowProgress(report, progress, cancel);
        var text = new StringBuilder();
        text.Append("# ").Append(Heading(report.Title)).Append("\n\n| | |\n| --- | --- |\n");
        foreach (var fact in report.Facts()) Fact(text, fact);
        foreach (var omission in report.Omissions)
            text.Append("| ").Append(omission.Name).Append(" | not available: ").Append(omission.Reason).Append(" |\n");
        foreach (var trace in report.Traces)
        {
            text.Append("\n## Recording\n\n| | |\n| --- | --- |\n");
            foreach (var fact in TraceInfoFields.WithWarnings(trace)) Fact(text, fact);
        }
        foreach (var section in report.Sections) Section(text, section, output, rows);
        text.FlushTo(output, all: true);
    }

    private static void Section(StringBuilder text, ReportSection section, Stream output, RowProgress rows)
    {
        var columns = section.ColumnsForPeople();
        text.Append("\n## ").Append(section.Name).Append("\n\n|");
        foreach (var i in columns) text.Append(' ').Append(section.Columns[i].Heading).Append(" |");
        text.Append("\n|");
        foreach (var i in columns) text.Append(section.Columns[i].IsNumber ? " ---: |" : " --- |");
        text.Append('\n');
        foreach (var row in section.Rows)
        {
            text.Append('|');
            foreach (var i in columns) text.Append(' ').Append(Value(row[i])).Append(" |");
            text.Append('\n').FlushTo(output);
            rows.Row();
        }
        if (section.OmittedText() is { } omitted) text.Append('\n').Append(omitted).Append('\n');
    }

    private static void Fact(StringBuilder text, ReportFact fact)
    {
        if (fact.Value.Kind == ReportKind.None) return;
        text.Append("| ").Append(fact.Heading).Append(" | ").Append(Value(fact.Value));
        if (fact.Note is { } note) text.Append(' ').Append(Code($"({note})"));
        text.Append(" |\n");
    }

    private static string Value(ReportValue value) => value.Kind == ReportKind.Text ? Code(value.ToString()) : value.ToString();

    private static string Code(string name)
    {
        var text = Inert(DisplayText.Fit(name, LongestName));
        // Markdown strips one space from both ends of a code span.
        return text.Length == 0 ? "" : text.StartsWith(' ') || text.EndsWith(' ') ? $"` {text} `" : $"`{text}`";
    }

    /// <summary>A title. A code span would look wrong, so characters that could be markup are character references.</summary>
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

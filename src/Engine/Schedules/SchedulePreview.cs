using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Schedules;

/// <summary>The files of a schedule as they would be written, for people.</summary>
internal static class SchedulePreview
{
    /// <summary>The text: each file after a line with its path.</summary>
    public static string Text(IEnumerable<ScheduleFile> files)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            if (text.Length > 0) text.Append('\n');
            text.Append("==> ").Append(TerminalText.Escape(file.Path)).Append(" <==\n");
            foreach (var line in file.Content.TrimEnd('\n').Split('\n')) text.Append(TerminalText.Escape(line)).Append('\n');
        }
        return text.ToString();
    }
}

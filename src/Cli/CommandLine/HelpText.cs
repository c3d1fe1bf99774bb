using System.Text;
using KernelMagnifier.Cli.Commands;

namespace KernelMagnifier.Cli.CommandLine;

/// <summary>Formats the help, in lines of at most 100 columns.</summary>
/// <remarks>build/package/man.ps1 converts the help to a manual page and depends on its layout.</remarks>
internal static class HelpText
{
    private const int Width = 100;

    // A longer term has its own line.
    private const int WidestTerm = 34;

    /// <summary>Returns the help of the tool.</summary>
    public static string Overview(IReadOnlyList<Command> commands)
    {
        var text = new StringBuilder();
        text.Append("Shows which functions the Linux kernel executed, their callers, and the number of calls.\n\n");
        text.Append("Usage: kernel-magnifier COMMAND [OPTIONS] [FILE...]\n\nCommands:\n");
        var width = commands.Select(c => c.Name.Length).DefaultIfEmpty().Max();
        foreach (var command in commands) Entry(text, command.Name, command.Summary, width);
        text.Append("""

            FILE is a recording: ftrace text (trace, trace_pipe), trace.dat or report of trace-cmd, or perf script text;
            plain, gzip or zstd. The format is detected from the content. - is standard input.

            kernel-magnifier COMMAND --help   shows the options of a command, with examples
            kernel-magnifier --version        shows the version

            """);
        return text.ToString();
    }

    /// <summary>Returns the help of a command.</summary>
    public static string Of(Command command, CliOption help)
    {
        var text = new StringBuilder();
        text.Append(command.Summary).Append(".\n\nUsage: kernel-magnifier ").Append(command.Name).Append(" [OPTIONS]");
        if (command.Operands.Length > 0) text.Append(' ').Append(command.Operands);
        text.Append('\n');
        if (command.Description.Length > 0) text.Append('\n').Append(command.Description.TrimEnd()).Append('\n');
        CliOption[] options = [.. command.Options.Where(o => !o.IsHidden), help];
        var width = Math.Min(WidestTerm, options.Max(o => Spelling(o).Length));
        foreach (var section in options.Select(o => o.Section).Distinct())
        {
            text.Append('\n').Append(section).Append(":\n");
            foreach (var option in options.Where(o => o.Section == section))
                Entry(text, Spelling(option), Meaning(option), width);
        }
        text.Append("\nExamples:\n");
        foreach (var (title, line) in command.Examples)
            text.Append("  # ").Append(title).Append("\n  ").Append(line).Append('\n');
        return text.ToString();
    }

    private static string Spelling(CliOption option)
        => (option.Short == 0 ? "    " : $"-{option.Short}, ") + option
            + (option.Value is null ? "" : $" {option.Value}") + (option.IsList ? ",..." : "");

    private static string Meaning(CliOption option)
    {
        var text = option.Help;
        if (option.Choices.Count > 0) text += $": {string.Join(", ", option.Choices)}";
        return option.Default is null ? text : $"{text} [default: {option.Default}]";
    }

    /// <summary>Appends a term and its meaning in two columns. The second column is wrapped.</summary>
    private static void Entry(StringBuilder text, string term, string meaning, int width)
    {
        text.Append("  ").Append(term);
        var column = term.Length + 2;
        if (term.Length > width)
        {
            text.Append('\n');
            column = 0;
        }
        text.Append(' ', width + 4 - column);
        column = width + 4;
        foreach (var word in meaning.Split(' '))
        {
            if (column + word.Length + 1 > Width && column > width + 4)
            {
                text.Append('\n').Append(' ', width + 4);
                column = width + 4;
            }
            if (column > width + 4)
            {
                text.Append(' ');
                column++;
            }
            text.Append(word);
            column += word.Length;
        }
        text.Append('\n');
    }
}

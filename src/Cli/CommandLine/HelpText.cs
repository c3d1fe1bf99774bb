using System.Text;
using KernelMagnifier.Cli.Commands;

namespace KernelMagnifier.Cli.CommandLine;

/// <summary>Writes the help. Lines fit 100 columns.</summary>
internal static class HelpText
{
    private const int Width = 100;

    /// <summary>The help of the whole tool.</summary>
    public static string Overview(IReadOnlyList<Command> commands)
    {
        var text = new StringBuilder();
        text.Append("Shows which functions the Linux kernel executed, who called whom, and how often.\n\n");
        text.Append("Usage: kernel-magnifier COMMAND [OPTIONS] [FILE...]\n\nCommands:\n");
        var width = commands.Select(c => c.Name.Length).DefaultIfEmpty().Max();
        foreach (var command in commands) Entry(text, command.Name, command.Summary, width);
        text.Append("""

            A FILE is a recording: ftrace text (trace, trace_pipe), trace.dat of trace-cmd, or perf script text; plain, gzip or zstd.
            Its content decides, never its name. - is standard input.

            kernel-magnifier COMMAND --help   what a command takes, with examples
            kernel-magnifier --version        the version

            """);
        return text.ToString();
    }

    /// <summary>The help of one command.</summary>
    public static string Of(Command command, CliOption help)
    {
        var text = new StringBuilder();
        text.Append(command.Summary).Append(".\n\nUsage: kernel-magnifier ").Append(command.Name).Append(" [OPTIONS]");
        if (command.Operands.Length > 0) text.Append(' ').Append(command.Operands);
        text.Append('\n');
        if (command.Description.Length > 0) text.Append('\n').Append(command.Description.TrimEnd()).Append('\n');
        CliOption[] options = [.. command.Options.Where(o => !o.IsHidden), help];
        var width = Math.Min(30, options.Max(o => Spelling(o).Length));
        foreach (var section in options.Select(o => o.Section).Distinct())
        {
            text.Append('\n').Append(section).Append(":\n");
            foreach (var option in options.Where(o => o.Section == section)) Entry(text, Spelling(option), Meaning(option), width);
        }
        text.Append("\nExamples:\n");
        foreach (var (what, line) in command.Examples) text.Append("  # ").Append(what).Append("\n  ").Append(line).Append('\n');
        return text.ToString();
    }

    private static string Spelling(CliOption option)
        => (option.Short == 0 ? "    " : $"-{option.Short}, ") + $"--{option.Name}" + (option.Value is null ? "" : $" {option.Value}");

    private static string Meaning(CliOption option)
    {
        var text = option.Help;
        if (option.Choices.Count > 0) text += $": {string.Join(", ", option.Choices)}";
        if (option.IsList) text += "; a list";
        return option.Default is null ? text : $"{text} [default: {option.Default}]";
    }

    /// <summary>A term and its meaning in two columns, the second one wrapped.</summary>
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

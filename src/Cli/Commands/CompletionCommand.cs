using System.Text;
using KernelMagnifier.Cli.CommandLine;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Prints completion scripts, generated from the options that the parser uses.</summary>
internal sealed class CompletionCommand : Command
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    /// <inheritdoc/>
    public override string Name => "completion";

    /// <inheritdoc/>
    public override string Summary => "Print the completion script for a shell";

    /// <inheritdoc/>
    public override string Operands => "bash|zsh|fish";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options => [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> OperandChoices => Shells;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("bash, for this shell; add the line to ~/.bashrc for every shell", "source <(kernel-magnifier completion bash)"),
        ("zsh, to a directory in $fpath", "kernel-magnifier completion zsh > ~/.zfunc/_kernel-magnifier"),
        ("fish", "kernel-magnifier completion fish > ~/.config/fish/completions/kernel-magnifier.fish"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands is not [var shell]) throw CliException.Usage("name a shell: bash, zsh or fish.");
        host.Write(shell switch
        {
            "bash" => Bash(),
            "zsh" => Zsh(),
            "fish" => Fish(),
            _ => throw CliException.Usage($"there is no completion for '{shell}'. Choose bash, zsh or fish."),
        });
        return ExitCode.Ok;
    }

    private static IEnumerable<Command> Commands => CommandLineTool.Commands;

    /// <summary>The first words of commands of two words.</summary>
    private static IEnumerable<string> Groups
        => Commands.Where(c => c.Name.Contains(' ')).Select(c => c.Name.Split(' ')[0]).Distinct();

    /// <summary>The second words of the commands of a group.</summary>
    private static IEnumerable<string> Subcommands(string group)
        => Commands.Where(c => c.Name.StartsWith(group + " ", StringComparison.Ordinal)).Select(c
            => c.Name[(group.Length + 1)..]);

    /// <summary>Whether the first word of commands of two words is a command, too.</summary>
    private static bool IsCommand(string group) => Commands.Any(c => c.Name == group);

    /// <summary>The commands of two words, with a bar between two of them.</summary>
    private static string Pairs => string.Join('|', Commands.Select(c => c.Name).Where(name => name.Contains(' ')));

    private static IEnumerable<CliOption> OptionsOf(Command command) => command.Options.Where(o => !o.IsHidden);

    private static string Bash()
    {
        var text = new StringBuilder();
        text.Append("""
            # bash completion of kernel-magnifier
            _kernel_magnifier() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} words=
                COMPREPLY=()
                case "|PAIRS|" in *"|$command ${COMP_WORDS[2]}|"*) [ "$COMP_CWORD" -gt 2 ] && command+=" ${COMP_WORDS[2]}" ;; esac
                if [ "$COMP_CWORD" -eq 1 ]; then

            """);
        static string Words(IEnumerable<string> words) => $"COMPREPLY=($(compgen -W '{string.Join(' ', words)}' -- \"$word\"))";
        text.Replace("PAIRS", Pairs);
        text.Append("        ").Append(Words([.. Commands.Select(c => c.Name.Split(' ')[0]).Distinct(), "--help", "--version"]));
        text.Append("\n        return\n    fi\n");
        foreach (var group in Groups)
            text.Append("    if [ \"$COMP_CWORD $command\" = '2 ").Append(group).Append("' ]; then ").Append(Words(Subcommands(group)))
                .Append(IsCommand(group) ? "; fi\n" : "; return; fi\n");
        text.Append("    case \"$command $before\" in\n");
        foreach (var command in Commands)
        {
            foreach (var option in OptionsOf(command).Where(o => o.Offered.Count > 0))
                text.Append("        '").Append(command.Name).Append(" --").Append(option.Name).Append("') ")
                    .Append(Words(option.Offered)).Append("; return ;;\n");
            if (command.OperandChoices.Count > 0)
                text.Append("        '").Append(command.Name).Append(' ').Append(command.Name).Append("') ")
                    .Append(Words(command.OperandChoices)).Append("; return ;;\n");
        }
        text.Append("    esac\n    case \"$command\" in\n");
        foreach (var command in Commands)
            text.Append("        '").Append(command.Name).Append("') words='")
                .AppendJoin(' ', OptionsOf(command).Select(o => $"--{o.Name}")).Append(" --help' ;;\n");
        text.Append("""
                esac
                if [[ $word == -* ]]; then
                    COMPREPLY=($(compgen -W "$words" -- "$word"))
                else
                    compopt -o filenames 2>/dev/null
                    COMPREPLY+=($(compgen -f -- "$word"))
                fi
            }
            complete -F _kernel_magnifier kernel-magnifier

            """);
        return text.ToString();
    }

    private static string Zsh()
    {
        var text = new StringBuilder();
        text.Append("""
            #compdef kernel-magnifier
            # zsh completion of kernel-magnifier
            _kernel_magnifier() {
                local -a commands
                commands=(

            """);
        foreach (var command in Commands.Where(c => !c.Name.Contains(' ')))
            text.Append("        ").Append(Quote($"{command.Name}:{command.Summary}")).Append('\n');
        foreach (var group in Groups.Where(group => !IsCommand(group)))
            text.Append("        ").Append(Quote($"{group}:{string.Join(", ", Subcommands(group))}")).Append('\n');
        text.Append("""
                )
                if (( CURRENT == 2 )); then
                    _describe command commands
                    _arguments '--help[show the help]' '--version[show the version]'
                    return
                fi
                local command=$words[2]
                shift words
                (( CURRENT-- ))
                if (( CURRENT == 2 )); then
                    case $command in
                        SUBCOMMANDS
                    esac
                elif [[ "|PAIRS|" == *"|$command $words[2]|"* ]]; then
                    command+=" $words[2]"
                    shift words
                    (( CURRENT-- ))
                fi
                case $command in

            """);
        text.Replace("PAIRS", Pairs);
        text.Replace("SUBCOMMANDS", string.Join(' ', Groups.Select(group
            => $"{group}) compadd {string.Join(' ', Subcommands(group))}{(IsCommand(group) ? "" : "; return")} ;;")));
        foreach (var command in Commands)
        {
            text.Append("        '").Append(command.Name).Append("')\n            _arguments -s");
            foreach (var option in OptionsOf(command)) text.Append(" \\\n                ").Append(ZshOption(option));
            var choices = string.Join(' ', command.OperandChoices);
            text.Append(" \\\n                '--help[show the help]' \\\n                ")
                .Append(choices.Length > 0 ? Quote($"1:shell:({choices})") : "'*:file:_files'").Append(" ;;\n");
        }
        return text.Append("    esac\n}\n_kernel_magnifier \"$@\"\n").ToString();
    }

    private static string ZshOption(CliOption option)
    {
        var value = option.Value is null ? ""
            : option.Offered.Count > 0 ? $":{option.Name}:({string.Join(' ', option.Offered)})"
            : option.IsFile ? $":{option.Name}:_files"
            : $":{option.Name}:";
        var help = option.Help.Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);
        return Quote($"{(option.IsList ? "*" : "")}--{option.Name}[{help}]{value}");
    }

    private static string Fish()
    {
        var text = new StringBuilder("# fish completion of kernel-magnifier\n");
        const string First = "complete -c kernel-magnifier -n __fish_use_subcommand";
        foreach (var command in Commands.Where(c => !c.Name.Contains(' ')))
            text.Append(First).Append(" -f -a ").Append(command.Name).Append(" -d ").Append(Quote(command.Summary)).Append('\n');
        foreach (var group in Groups)
        {
            if (!IsCommand(group)) text.Append(First).Append(" -f -a ").Append(group).Append('\n');
            text.Append("complete -c kernel-magnifier -n '").Append(Alone(group)).Append(IsCommand(group) ? "' -a " : "' -f -a ")
                .Append(Quote(string.Join(' ', Subcommands(group)))).Append('\n');
        }
        text.Append(First).Append(" -l help -d 'show the help'\n");
        text.Append(First).Append(" -l version -d 'show the version'\n");
        foreach (var command in Commands)
        {
            var seen = command.Name.Replace(" ", "; and __fish_seen_subcommand_from ", StringComparison.Ordinal);
            seen = Groups.Contains(command.Name) ? Alone(command.Name) : $"__fish_seen_subcommand_from {seen}";
            var on = $"complete -c kernel-magnifier -n '{seen}'";
            text.Append(on).Append(" -l help -d 'show the help'\n");
            foreach (var option in OptionsOf(command))
            {
                text.Append(on).Append(" -l ").Append(option.Name);
                if (option.Short != 0) text.Append(" -s ").Append(option.Short);
                if (option.Offered.Count > 0) text.Append(" -x -a ").Append(Quote(string.Join(' ', option.Offered)));
                else if (option.Value is not null) text.Append(option.IsFile ? " -r -F" : " -x");
                text.Append(" -d ").Append(Quote(option.Help)).Append('\n');
            }
            if (command.OperandChoices.Count > 0)
                text.Append(on).Append(" -f -a ").Append(Quote(string.Join(' ', command.OperandChoices))).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The condition of fish that the first word of commands of two words is there, and none of the second words.</summary>
    private static string Alone(string group) => $"__fish_seen_subcommand_from {group}; and not "
        + $"__fish_seen_subcommand_from {string.Join(' ', Subcommands(group))}";

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

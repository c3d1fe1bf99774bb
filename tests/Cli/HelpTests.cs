using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Cli.Commands;

namespace KernelMagnifier.Cli.Tests;

public class HelpTests
{
    public static TheoryData<string> CommandNames => [.. CommandLineTool.Commands.Select(c => c.Name)];

    [Fact]
    public void TheOverviewListsEveryCommand()
    {
        var help = Tool.Run("--help").Succeeds();
        Assert.All(CommandLineTool.Commands, c => Assert.Contains($"  {c.Name} ", help.Out, StringComparison.Ordinal));
        Assert.Equal(help.Out, Tool.Run("help").Succeeds().Out);
        Assert.Equal("", help.Error);
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void TheHelpOfACommandHasItsOptionsAndExamples(string name)
    {
        var command = CommandLineTool.Commands.Single(c => c.Name == name);
        var help = Tool.Run([.. name.Split(' '), "--help"]).Succeeds();
        Assert.All(
            command.Options.Where(o => !o.IsHidden), o => Assert.Contains($"--{o.Name}", help.Out, StringComparison.Ordinal));
        Assert.True(command.Examples.Count >= 2, "two examples");
        Assert.Equal(help.Out, Tool.Run(["help", .. name.Split(' ')]).Succeeds().Out);
        Assert.Equal(help.Out, Tool.Run([.. name.Split(' '), "-h"]).Succeeds().Out);
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void EveryExampleIsParsed(string name)
    {
        foreach (var (_, line) in CommandLineTool.Commands.Single(c => c.Name == name).Examples)
        {
            var words = Words(line);
            // The name may also be a value, as in journalctl -t kernel-magnifier | kernel-magnifier log -.
            var at = words.LastIndexOf("kernel-magnifier");
            if (at < 0 || at + 1 >= words.Count) continue;
            var length = CommandLineTool.Commands.Any(c => c.Name == string.Join(' ', words.Skip(at + 1).Take(2))) ? 2 : 1;
            var called = string.Join(' ', words.Skip(at + 1).Take(length));
            var command = CommandLineTool.Commands.Single(c => c.Name == called);
            _ = Arguments.Parse(command.Options, words.Skip(at + 1 + length).TakeWhile(w => w is not ("|" or ">")).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void OptionNamesAreUnique(string name)
    {
        var options = CommandLineTool.Commands.Single(c => c.Name == name).Options;
        Assert.Equal(options.Count, options.Select(o => o.Name).Distinct().Count());
        var letters = options.Where(o => o.Short != 0).Select(o => o.Short).ToList();
        Assert.Equal(letters.Count, letters.Distinct().Count());
        Assert.DoesNotContain('h', letters);
    }

    [Fact]
    public void TheVersionEqualsThatOfTheModule()
    {
        var manifest = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "KernelMagnifier.psd1"));
        var version = System.Text.RegularExpressions.Regex.Match(manifest, @"ModuleVersion\s*=\s*'([^']+)'").Groups[1].Value;
        Assert.Equal($"kernel-magnifier {version}\n", Tool.Run("--version").Succeeds().Out);
    }

    [Fact]
    public void WithoutACommandTheOverviewGoesToStandardError()
    {
        var outcome = Tool.Run();
        Assert.Equal((ExitCode.Usage, ""), (outcome.Exit, outcome.Out));
        Assert.Contains("Usage:", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AMistypedCommandHasASuggestion()
    {
        var outcome = Tool.Run("edgs");
        Assert.Equal(ExitCode.Usage, outcome.Exit);
        Assert.Contains("Did you mean edges?", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void CompletionContainsEveryCommandAndOption(string shell)
    {
        var script = Tool.Run("completion", shell).Succeeds().Out;
        foreach (var command in CommandLineTool.Commands)
        {
            var name = shell == "fish" ? command.Name.Replace(" ", "; and __fish_seen_subcommand_from ", StringComparison.Ordinal) : command.Name;
            Assert.Contains(name, script, StringComparison.Ordinal);
            foreach (var option in command.Options.Where(o => !o.IsHidden))
                Assert.Contains(shell == "fish" ? $"-l {option.Name}" : $"--{option.Name}", script, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void CompletionForAnotherShellIsAnError() => Assert.Equal(ExitCode.Usage, Tool.Run("completion", "tcsh").Exit);

    [Theory]
    [InlineData("kernel-magnifier eve", "events")]
    [InlineData("kernel-magnifier calls --exclude-fun", "--exclude-function")]
    [InlineData("kernel-magnifier calls --by cont", "context")]
    [InlineData("kernel-magnifier completion fi", "fish")]
    [InlineData("kernel-magnifier measure --preset pres", "pressure")]
    [InlineData("kernel-magnifier schedule su", "suspend")]
    [InlineData("kernel-magnifier schedule add x --on-c", "--on-calendar")]
    [InlineData("kernel-magnifier log --sin", "--since")]
    [InlineData("kernel-magnifier log x.ndjson --sta", "--status")]
    [InlineData("kernel-magnifier log sen", "send")]
    [InlineData("kernel-magnifier log send --spool-s", "--spool-size")]
    public void BashCompletes(string line, string expected)
    {
        var words = line.Split(' ');
        var script = $$"""
            source <(kernel-magnifier completion bash)
            COMP_WORDS=({{line}}) COMP_CWORD={{words.Length - 1}}
            _kernel_magnifier
            echo "${COMPREPLY[@]}"
            """;
        Assert.Equal(expected, Tool.Bash(script).Succeeds().Out.Trim());
    }

    [ProgramFact("zsh")]
    public void ZshParsesTheScript()
        => Tool.Bash("kernel-magnifier completion zsh > _km && zsh -n _km; e=$?; rm _km; exit $e").Succeeds();

    [ProgramFact("fish")]
    public void FishParsesTheScript() => Tool.Bash("kernel-magnifier completion fish | fish --no-execute").Succeeds();

    /// <summary>Splits a line into words as a shell does, with quotes.</summary>
    internal static List<string> Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        foreach (var c in line + " ")
        {
            if (quote == 0 && c is '\'' or '"') quote = c;
            else if (c == quote) quote = '\0';
            else if (quote == 0 && c == ' ')
            {
                if (word.Length > 0) words.Add(word.ToString());
                word.Clear();
            }
            else word.Append(c);
        }
        return words;
    }
}

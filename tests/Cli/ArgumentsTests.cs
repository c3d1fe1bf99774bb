using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Tests;

public class ArgumentsTests
{
    private static readonly CliOption Name = new("name", "") { Value = "TEXT", Short = 'n' };
    private static readonly CliOption List = new("list", "") { Value = "TEXT", IsList = true };
    private static readonly CliOption Flag = new("flag", "") { Short = 'f' };
    private static readonly CliOption Kind = new("kind", "") { Value = "KIND", Choices = ["one", "two"] };
    private static readonly CliOption[] All = [Name, List, Flag, Kind];

    private static Arguments Parse(params string[] args) => Arguments.Parse(All, args);

    [Theory]
    [InlineData("--name", "x")]
    [InlineData("--name=x")]
    [InlineData("-n", "x")]
    [InlineData("-nx")]
    [InlineData("-n=x")]
    [InlineData("--name", "y", "--name", "x")]
    public void AllFormsOfOptionValuesAreParsed(params string[] args) => Assert.Equal("x", Parse(args).Text(Name));

    [Fact]
    public void AValueCanBeginWithADash() => Assert.Equal("-5", Parse("--name", "-5").Text(Name));

    [Fact]
    public void ListsAreSeparatedByCommasOrRepeatedOptions()
        => Assert.Equal(["a", "b", "c"], Parse("--list", "a, b", "--list=c,").List(List));

    [Fact]
    public void ASingleDashIsAnOperand() => Assert.Equal(["-", "b"], Parse("-", "--flag", "b").Operands);

    [Fact]
    public void TwoDashesEndTheOptions()
    {
        var parsed = Parse("a", "--", "--flag", "-x");
        Assert.Equal(["a"], parsed.Operands);
        Assert.Equal(["--flag", "-x"], parsed.AfterDashes!);
        Assert.False(parsed.Has(Flag));
    }

    [Fact]
    public void ChoicesIgnoreCase() => Assert.Equal("two", Parse("--kind", "TWO").Text(Kind));

    [Theory]
    [InlineData("unknown option --nam. Did you mean --name?", "--nam", "x")]
    [InlineData("unknown option -x.", "-x")]
    [InlineData("--name needs a value: --name TEXT", "--name")]
    [InlineData("--name needs a value: --name TEXT", "--name", "--flag")]
    [InlineData("--flag takes no value, but was given 'x'. Omit the value.", "--flag=x")]
    [InlineData("--kind does not accept 'three'. Use one of: one, two.", "--kind", "three")]
    public void AWrongOptionIsReported(string message, params string[] args)
    {
        var error = Assert.Throws<CliException>(() => Parse(args));
        Assert.Equal(message, error.Message);
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }

    [Fact]
    public void RangesOfNumbers() => Assert.Equal([0, 1, 2, 3, 5], Parse("--list", "0-3,5").Integers(List));

    [Theory]
    [InlineData("3-1")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("0-99999999")]
    [InlineData("1-")]
    public void AnInvalidRangeIsAnError(string text) => Assert.Throws<CliException>(() => Parse("--list", text).Integers(List));

    [Theory]
    [InlineData("500", 500)]
    [InlineData("64K", 65536)]
    [InlineData("64KB", 65536)]
    [InlineData("10MiB", 10485760)]
    [InlineData("2g", 2147483648)]
    public void Sizes(string text, long bytes) => Assert.Equal(bytes, Parse("--name", text).Bytes(Name));

    [Theory]
    [InlineData("many")]
    [InlineData("9999999999T")]
    [InlineData("-1K")]
    public void AnInvalidSizeIsAnError(string text) => Assert.Throws<CliException>(() => Parse("--name", text).Bytes(Name));
}

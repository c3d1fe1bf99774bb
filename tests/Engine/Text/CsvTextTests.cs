using KernelMagnifier.Text;

namespace KernelMagnifier.Engine.Tests.Text;

/// <summary>Fields of CSV files, in spreadsheets that separate cells by commas, semicolons or tabs.</summary>
public sealed class CsvTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a-b=c", "a-b=c")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("'=1", "''=1")]
    [InlineData("'plain", "'plain")]
    [InlineData("a;=1+1", "\"a;'=1+1\"")]
    [InlineData("a;b", "\"a;b\"")]
    [InlineData("a\t@x", "\"a\t'@x\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("a,-1", "\"a,'-1\"")]
    [InlineData("a\n+1", "\"a\n'+1\"")]
    [InlineData("a;\"=1+1;b", "\"a;'\"\"=1+1;b\"")]
    [InlineData("a; \u200B=1", "\"a;' \u200B=1\"")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("a;＋1", "\"a;'＋1\"")]
    [InlineData("－1", "'－1")]
    [InlineData("＠x", "'＠x")]
    [InlineData(" =1", "' =1")]
    [InlineData("\0=1", "'\0=1")]
    public void AFieldIsNoFormulaWhateverTheSeparator(string text, string field)
    {
        Assert.Equal(field, CsvText.Field(text));
        Assert.Equal(text, CsvText.TextOf(Unquoted(field)));
    }

    [Fact]
    public void EveryFieldIsReversedAndHasNoCellThatStartsAFormula()
    {
        var random = new Random(7);
        const string Characters = "a'\"=+-@,;\t\r\n ＝＠\u200B\0";
        for (var i = 0; i < 50_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Characters[random.Next(Characters.Length)]));
            var field = CsvText.Field(text);
            Assert.Equal(text, CsvText.TextOf(Unquoted(field)));
            foreach (var separators in new[] { ",", ";", "\t" })
            {
                if (separators == ",") Assert.False(IsFormula(Unquoted(field)), field);
                else foreach (var cell in $"x,{field},y".Split([separators[0], '\r', '\n'])) Assert.False(IsFormula(cell), field);
            }
        }

        static bool IsFormula(string cell)
            => cell.TrimStart('"', ' ', '\u200B', '\0') is ['=' or '+' or '-' or '@' or '＝' or '＠', ..];
    }

    private static string Unquoted(string field)
        => field is ['"', .., '"'] and { Length: > 1 } ? field[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : field;
}

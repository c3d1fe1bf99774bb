namespace KernelMagnifier.Cli.Tests.Support;

/// <summary>The result of a run of the tool.</summary>
internal sealed record Outcome(int Exit, string Out, string Error)
{
    public string[] Lines => Out.Split(["\r\n", "\n"], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Parses the output as CSV and returns the rows, by column name.</summary>
    public List<Dictionary<string, string>> Csv()
    {
        var rows = CsvReader.Read(Out);
        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(c => c.First, c => c.Second))];
    }

    public Outcome Succeeds()
    {
        Assert.True(Exit == 0, $"exit code {Exit}: {Error}");
        return this;
    }
}

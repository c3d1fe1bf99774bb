using System.Text.RegularExpressions;
using KernelMagnifier.Tables;

namespace KernelMagnifier.Engine.Tests.Tables;

/// <summary>The schemas are those of docs/formats/tables.md.</summary>
public class TableSchemaTests
{
    private static readonly Dictionary<string, TableType> Types = new()
    {
        ["time"] = TableType.Time, ["int"] = TableType.Int, ["long"] = TableType.Long, ["real"] = TableType.Real, ["bool"] = TableType.Bool,
        ["name"] = TableType.Name, ["text"] = TableType.Text, ["json"] = TableType.Json, ["list(long)"] = TableType.Longs,
        ["list(text)"] = TableType.Texts,
    };

    [Fact]
    public void TheDocumentHasTheColumnsOfTheCode()
    {
        var documented = Documented();
        var common = documented["Common columns"];
        foreach (var schema in TableSchema.All)
            Assert.Equal([.. common, .. documented[schema.Name]], schema.Columns.Select(c => (c.Name, c.Type, c.IsRequired)));
        Assert.Equal(TableSchema.All.Count, TableSchema.All.Select(schema => schema.Kind).Distinct().Count());
    }

    [Fact]
    public void EveryColumnHasAMeaningAndItsNameIsPlain()
        => Assert.All(TableSchema.All.SelectMany(schema => schema.Columns), column =>
        {
            Assert.NotEmpty(column.Meaning);
            Assert.Matches("^[a-z][a-z0-9_]*$", column.Name);
        });

    private static Dictionary<string, List<(string, TableType, bool)>> Documented()
    {
        var tables = new Dictionary<string, List<(string, TableType, bool)>>();
        var at = "";
        foreach (var line in File.ReadLines(Path.Combine(SharedData.RepositoryRoot, "docs", "formats", "tables.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal)) tables[at = line[3..].Trim()] = [];
            if (Regex.Match(line, @"^\| (?<names>`[^|]+) \| (?<types>[^|]+) \|") is not { Success: true } row || at is "Types" or "Layout") continue;
            var names = row.Groups["names"].Value.Split(", ");
            var types = row.Groups["types"].Value.Split(", ");
            for (var i = 0; i < names.Length; i++)
                tables[at].Add((Regex.Match(names[i], "`(.+)`").Groups[1].Value, Types[types[Math.Min(i, types.Length - 1)].Trim()],
                    names[i].EndsWith('*')));
        }
        return tables;
    }
}

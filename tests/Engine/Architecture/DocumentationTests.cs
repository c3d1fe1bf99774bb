using System.Text.RegularExpressions;

namespace KernelMagnifier.Engine.Tests.Architecture;

/// <summary>The tests that the documents name exist: a renamed test must not leave a guarantee without evidence.</summary>
public sealed partial class DocumentationTests
{
    /// <summary>A class of tests, a test in it, or a test: `DamageTests`, `DamageTests.AnOptionsLoopEnds`, `Random_damage_…`.</summary>
    [GeneratedRegex(@"`(?<class>[A-Z]\w*Tests)(\.(?<test>[A-Z]\w+))?`|`(?<test>[A-Z][a-z]*(_[A-Za-z]+)+)`|\| (?<test>[A-Z][A-Za-z]{15,}) \|$", RegexOptions.Multiline)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\b(class|void|Task) (?<name>\w+)")]
    private static partial Regex Declaration();

    [Theory]
    [InlineData("SECURITY.md", 20)]
    [InlineData("docs/reliability-fuzzing.md", 20)]
    public void EveryTestThatADocumentNamesExists(string document, int atLeast)
    {
        var declared = Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Declaration().Matches(File.ReadAllText(file))).Select(match => match.Groups["name"].Value).ToHashSet();
        var named = Reference().Matches(File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, document)))
            .SelectMany(match => new[] { match.Groups["class"].Value, match.Groups["test"].Value }).Where(name => name.Length > 0).Distinct().ToList();
        Assert.True(named.Count >= atLeast, $"{document} names {named.Count} tests only.");
        Assert.All(named, name => Assert.Contains(name, declared));
    }
}

using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Engine.Tests.Probes.Library;

public class VersionRulesTests
{
    private static readonly ProbeManifest Old = ProbeFolder.Manifest("test") with
    {
        Parameters = [new() { Name = "us", Description = "d", Minimum = 1, Maximum = 10, Default = "5" }, new() { Name = "mode", Description = "d", Type = ParameterType.Text, Choices = ["a", "b"] }],
        Maps = [new() { Name = "@m", Meaning = "m", Unit = "us", Keys = [new OutputValue("Comm", "text", null)] }],
        Lines = [new OutputLine("slow", "%d\\n", [new OutputValue("X", "integer", null)], "m")], DataClass = DataClass.Names,
    };

    private static readonly Dictionary<string, Func<ProbeManifest, ProbeManifest>> Changes = new()
    {
        ["nothing"] = m => m with { Reading = "other" },
        ["text of a parameter"] = m => With(m, 0, m.Parameters[0] with { Description = "other" }),
        ["parameter gone"] = m => m with { Parameters = [m.Parameters[0]] },
        ["parameter takes less"] = m => With(m, 0, m.Parameters[0] with { Maximum = 9 }),
        ["parameter takes more"] = m => With(m, 0, m.Parameters[0] with { Maximum = 11 }),
        ["parameter without default"] = m => With(m, 0, m.Parameters[0] with { Default = null }),
        ["choice gone"] = m => With(m, 1, m.Parameters[1] with { Choices = ["a"] }),
        ["choice more"] = m => With(m, 1, m.Parameters[1] with { Choices = ["a", "b", "c"] }),
        ["parameter of another type"] = m => With(m, 1, m.Parameters[0] with { Name = "mode" }),
        ["new parameter"] = m => m with { Parameters = [.. m.Parameters, new() { Name = "new", Description = "d", Default = "1" }] },
        ["new parameter that must be given"] = m => m with { Parameters = [.. m.Parameters, new() { Name = "new", Description = "d" }] },
        ["map gone"] = m => m with { Maps = [] },
        ["map of another unit"] = m => m with { Maps = [m.Maps[0] with { Unit = "ns" }] },
        ["map of other keys"] = m => m with { Maps = [m.Maps[0] with { Keys = [] }] },
        ["new map"] = m => m with { Maps = [.. m.Maps, new() { Name = "@n", Meaning = "m" }] },
        ["line gone"] = m => m with { Lines = [] },
        ["line of other fields"] = m => m with { Lines = [m.Lines[0] with { Fields = [] }] },
        ["new line"] = m => m with { Lines = [.. m.Lines, m.Lines[0] with { Name = "other" }] },
        ["collects more"] = m => m with { DataClass = DataClass.Paths },
        ["collects less"] = m => m with { DataClass = DataClass.Counters },
        ["attaches elsewhere"] = m => m with { AttachPoints = ["kprobe:f"] },
    };

    [Theory]
    [InlineData("nothing", 0), InlineData("text of a parameter", 0), InlineData("parameter gone", 2), InlineData("parameter takes less", 2)]
    [InlineData("parameter takes more", 1), InlineData("parameter without default", 2), InlineData("choice gone", 2), InlineData("choice more", 1)]
    [InlineData("parameter of another type", 2), InlineData("new parameter", 1), InlineData("new parameter that must be given", 2), InlineData("map gone", 2)]
    [InlineData("map of another unit", 2), InlineData("map of other keys", 2), InlineData("new map", 1), InlineData("line gone", 2)]
    [InlineData("line of other fields", 2), InlineData("new line", 1), InlineData("collects more", 2), InlineData("collects less", 1), InlineData("attaches elsewhere", 1)]
    public void EachChangeHasItsLevel(string change, int level)
        => Assert.Equal(level, VersionRules.Changes(Old, Changes[change](Old)).Select(reason => reason.Level).DefaultIfEmpty(0).First());

    [Fact]
    public void EachChangeHasACase()
        => Assert.Equal(Changes.Keys, typeof(VersionRulesTests).GetMethod(nameof(EachChangeHasItsLevel))!.GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Select(data => (string)((InlineDataAttribute)data).GetData(null!).Single()[0]));

    [Theory]
    [InlineData(2, "2.0.0"), InlineData(1, "1.3.0"), InlineData(0, "1.2.4")]
    public void TheNextVersionFollows(int level, string next)
    {
        Assert.Equal(next, VersionRules.Next("1.2.3", level));
        Assert.True(VersionRules.IsAtLeast(next, "1.2.3"));
        Assert.False(VersionRules.IsAtLeast("1.2.3", next));
    }

    [Fact]
    public void VersionsAreNumbers() => Assert.True(VersionRules.IsAtLeast("1.10.0", "1.9.9"));

    private static ProbeManifest With(ProbeManifest manifest, int at, ProbeParameter parameter)
        => manifest with { Parameters = [.. manifest.Parameters.Select((old, i) => i == at ? parameter : old)] };
}

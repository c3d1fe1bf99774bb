using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Engine.Tests.Probes.Library;

public class MaturityCriteriaTests
{
    private static readonly DateOnly Today = new(2026, 11, 30);

    private static readonly ProbeManifest Stable = ProbeFolder.Manifest("test") with
    {
        Tested = [new TestedKernel("6.1.0-57", "0.17.0", Today), new TestedKernel("6.12.1", "0.17.0", Today)], ReviewBy = Today,
        Maps = [new OutputMap { Name = "@m", Meaning = "m" }], Reading = "@m is it.",
    };

    private static IReadOnlyList<string> Missing(ProbeManifest manifest, ProbeMaturity maturity, bool hasExample = true)
        => MaturityCriteria.Missing(manifest, hasExample, maturity, Today);

    [Fact]
    public void NothingIsMissingWhereAllIs()
    {
        Assert.All(Enum.GetValues<ProbeMaturity>(), maturity => Assert.Empty(Missing(Stable, maturity)));
        Assert.Empty(Missing(ProbeFolder.Manifest("test"), ProbeMaturity.Sandbox, hasExample: false));
    }

    [Fact]
    public void EachThatIsMissingIsSaid()
    {
        Assert.Equal("There is no stored output: example.jsonl.", Assert.Single(Missing(Stable, ProbeMaturity.Incubating, hasExample: false)));
        Assert.Equal("No kernel is named that it was tested on.", Assert.Single(Missing(Stable with { Tested = [] }, ProbeMaturity.Incubating)));
        Assert.Equal("The manifest describes no output.", Assert.Single(Missing(Stable with { Maps = [] }, ProbeMaturity.Incubating)));
        // Two builds of one version are one.
        Assert.Equal("It was tested on 1 of 2 kernel versions.",
            Assert.Single(Missing(Stable with { Tested = [Stable.Tested[0], new TestedKernel("6.1.99", "0.20.0", Today)] }, ProbeMaturity.Stable)));
        Assert.Equal("No day is set by which it is reviewed again.", Assert.Single(Missing(Stable with { ReviewBy = null }, ProbeMaturity.Stable)));
        Assert.Equal("The day by which it is reviewed again is past.", Assert.Single(Missing(Stable with { ReviewBy = Today.AddDays(-1) }, ProbeMaturity.Stable)));
        Assert.Equal("The reading does not explain @m.", Assert.Single(Missing(Stable with { Reading = "It." }, ProbeMaturity.Stable)));
    }
}

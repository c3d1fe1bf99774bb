using KernelMagnifier.Probes.Checks;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Engine.Tests.Probes.Library;

/// <summary>The probes of this repository.</summary>
public class StarterLibraryTests
{
    public static TheoryData<string> All => [.. Folders("probes").Concat(Folders("tests/Live/probes"))];

    public static TheoryData<string> Starter => [.. Folders("probes")];

    public static TheoryData<string> Templates => [.. ProbeTemplate.All.Select(template => template.Name)];

    private static IEnumerable<string> Folders(string place)
        => Directory.GetDirectories(Path.Combine(SharedData.RepositoryRoot, place)).Where(folder => File.Exists(Path.Combine(folder, Path.GetFileName(folder) + ".bt")))
            .Select(folder => $"{place}/{Path.GetFileName(folder)}").Order(StringComparer.Ordinal);

    private static ProbeSource Read(string place)
    {
        var (folder, name) = (Path.Combine(SharedData.RepositoryRoot, place), Path.GetFileName(place));
        byte[] program = File.ReadAllBytes(Path.Combine(folder, $"{name}.bt")), text = File.ReadAllBytes(Path.Combine(folder, $"{name}.json"));
        return new ProbeSource
        {
            Name = name, Folder = folder, Program = program, ManifestText = text, Manifest = ProbeManifestFile.Read(text, name), Imports = [],
            Hash = CanonicalProbe.Hash(CanonicalProbe.Of(name, text, program, [])),
        };
    }

    [Theory]
    [MemberData(nameof(All))]
    public void EachIsReadAndBreaksNoRule(string place)
    {
        var source = Read(place);
        Assert.Equal(source.Name, source.Manifest.Name);
        var check = ProgramCheck.Check(source, new ProbePolicy(), null);
        Assert.True(check.Errors == 0, string.Join("\n", check.Findings.Where(finding => finding.Severity == "Error")));
    }

    [Theory]
    [MemberData(nameof(Starter))]
    public void EachDeclaresWhatItPrintsAndCollects(string place)
    {
        var check = ProgramCheck.Check(Read(place), new ProbePolicy(), null);
        Assert.DoesNotContain(check.Findings,
            finding => finding.Rule is "map-schema" or "printf-schema" or "attach-point-unused" or "unused-parameter");
        Assert.NotNull(check.DataClassFound);
    }

    [Theory]
    [MemberData(nameof(Starter))]
    public void ItsExampleIsReadWithAllNames(string place)
    {
        var source = Read(place);
        var path = Path.Combine(source.Folder, "example.jsonl");
        if (!File.Exists(path))
        {
            // Without an example it is a sandbox; what is more mature must have one.
            Assert.Contains(MaturityCriteria.Missing(source.Manifest, hasExample: false, ProbeMaturity.Incubating, new DateOnly(2026, 12, 1)),
                missing => missing.Contains("example.jsonl", StringComparison.Ordinal));
            return;
        }
        List<ProbeResult> results = [];
        var findings = ProbeLog.Read(path, source.Manifest, results.Add, CancellationToken.None);
        Assert.Empty(findings.Warnings());
        Assert.NotEmpty(results);
        Assert.DoesNotContain(results, result => result.Kind == "Unknown");
        foreach (var result in results.Where(result => result.Kind is "Map" or "Histogram" or "Stats"))
        {
            var map = Assert.Single(source.Manifest.Maps, map => map.Name == result.Name);
            if (map.Keys.Count > 0) Assert.Equal(map.Keys.Select(key => key.Name), result.Keys!.Keys);
        }
        Assert.All(results.Where(result => result.Kind == "Line" && source.Manifest.Lines.Count > 0), result => Assert.NotNull(result.Fields));
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void ATemplateBreaksNoRuleAndIsUnderstoodByBpftrace(string name)
    {
        using var folder = new Support.ProbeFolder();
        using var library = folder.Open();
        ProbeTemplate.All.Single(template => template.Name == name).Write(library, "mine", "A title", "me");
        var source = library.Load("mine");
        var bpftrace = BpftraceDryRun.Run(folder.Policy.Bpftrace, source.Program, [.. source.Manifest.Parameters.Select(p => p.Default!)], default);
        var check = ProgramCheck.Check(source, folder.Policy, null, bpftrace);
        Assert.True(check.Errors == 0 && check.Warnings == 0, string.Join("\n", check.Findings));
        // Unknown where the kernel does not show its tracepoints.
        Assert.Contains(bpftrace?.Verdict, (string?[])["Passed", "Unknown", null]);
        Assert.StartsWith("// A title", System.Text.Encoding.UTF8.GetString(source.Program.Span), StringComparison.Ordinal);
    }
}

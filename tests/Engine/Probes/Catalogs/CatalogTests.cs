using System.Text;
using System.Text.RegularExpressions;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Catalogs;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Engine.Tests.Probes.Catalogs;

public sealed class CatalogTests
{
    private const string Hostile = "<script>alert(1)</script><img src=x onerror=\"alert(1)\">' onclick='x' \"&lt; </pre></td></details>";

    [Fact]
    public void HostileTextsAreOnlyText()
    {
        var manifest = new ProbeManifest
        {
            Name = "test", Version = "1.0.0", Title = Hostile, Owner = Hostile, Purpose = Hostile, Reading = Hostile, AttachPoints = [Hostile],
            Parameters = [new() { Name = "us", Description = Hostile, Unit = Hostile, Default = Hostile }, new() { Name = "p", Description = "d", Type = ParameterType.Text, Choices = [Hostile] }],
            Maps = [new() { Name = Hostile, Meaning = Hostile, Unit = Hostile, Keys = [new OutputValue(Hostile, "text", null)] }],
            Lines = [new OutputLine(Hostile, Hostile, [new OutputValue(Hostile, "text", null)], Hostile)],
            Tested = [new TestedKernel(Hostile, Hostile, new DateOnly(2026, 1, 1))],
        };
        var source = new ProbeSource
        {
            Name = "test", Folder = "/", Program = Encoding.UTF8.GetBytes(Hostile + "\u001b[31m"), ManifestText = default, Manifest = manifest, Hash = Hostile, Imports = [],
        };
        var standing = new ProbeStanding(ProbeState.Denied, Hostile) { Author = Hostile, Approvers = [Hostile] };
        using var stream = new MemoryStream();
        new CatalogPage(Hostile, DateTimeOffset.UnixEpoch).Write([new CatalogEntry(source, standing, [Hostile, "\u202e\u0007"])], stream);
        var page = Encoding.UTF8.GetString(stream.ToArray());

        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain(page, c => (char.IsControl(c) && c != '\n') || c == '\u202e');
        Assert.Matches("<meta http-equiv=\"Content-Security-Policy\"\\s+content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">", page);
        // The tags are those of the page, with its own attributes.
        string[] tags = ["html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "div", "table", "thead", "tbody", "tr", "th", "td", "a", "code", "pre", "span",
            "main", "section", "details", "summary"];
        foreach (Match tag in Regex.Matches(page[page.IndexOf("<body", StringComparison.Ordinal)..], "<(/?)([a-zA-Z0-9]*)([^>]*)>"))
        {
            Assert.Contains(tag.Groups[2].Value, tags);
            Assert.Matches("^( (class|scope|href|id)=\"[a-z0-9# -]*\")*$", tag.Groups[3].Value);
        }
    }

    [Fact]
    public void TheExampleShowsEachNameWithItsLargestValues()
    {
        var example = new CatalogExample();
        var reader = new ProbeOutputReader(null, example.Add);
        for (var i = 1; i <= 8; i++) reader.Line(Encoding.UTF8.GetBytes($"{{\"type\": \"printf\", \"data\": \"line {i}\"}}"));
        reader.Line("{\"type\": \"map\", \"data\": {\"@n\": {\"old\": 9}}}"u8);
        reader.Line("{\"type\": \"map\", \"data\": {\"@n\": {\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4, \"e\": 5, \"f\": 6, \"g\": 7}}}"u8);
        reader.Line("{\"type\": \"hist\", \"data\": {\"@us\": [{\"min\": 2, \"max\": 3, \"count\": 5}]}}"u8);
        var lines = example.Lines();
        Assert.StartsWith("Histogram @us", lines[0], StringComparison.Ordinal);
        Assert.Equal(["Map @n g: 7", "Map @n f: 6", "Map @n e: 5", "Map @n d: 4", "Map @n c: 3", "Map @n b: 2", "… and 2 more of @n"], lines[1..8]);
        Assert.Equal(["Line: line 1", "Line: line 6", "… and 2 more of Line"], [lines[8], lines[13], lines[14]]);
        Assert.Equal(15, lines.Count);
    }

    [Fact]
    public void AProbeThatCannotBeReadIsReported()
    {
        using var folder = new ProbeFolder();
        folder.Add("good", manifest: ProbeFolder.Manifest("good"));
        folder.Add("bad", manifest: ProbeFolder.Manifest("bad"));
        File.WriteAllText(folder.FileOf("bad", "bad.json"), "{ }");
        folder.Add("shared", manifest: ProbeFolder.Manifest("shared"));
        File.SetUnixFileMode(folder.FileOf("shared", "shared.bt"), (UnixFileMode)0b110_110_110);
        var policy = Path.Combine(folder.Root, "policy.json");
        File.WriteAllText(policy, $"{{ \"schema\": \"{ProbePolicyFile.Schema}\", \"schemaVersion\": 1, \"libraries\": [\"probes\"], \"allowedSigners\": \"allowed_signers\" }}");
        var path = Path.Combine(folder.Root, "catalog.html");
        var export = ProbeCatalog.Write(folder.Library, policy, path, replace: false, ProbeFolder.Now, CancellationToken.None);
        Assert.Equal((1, 0), (export.Probes, export.Approved));
        Assert.Equal(2, export.Unreadable.Count);
        Assert.Contains(export.Unreadable, reason => reason.Contains("bad.json", StringComparison.Ordinal));
        Assert.Contains(export.Unreadable, reason => reason.Contains("written to by other users", StringComparison.Ordinal));
        var page = File.ReadAllText(path);
        Assert.Contains("<section id=\"good\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<section id=\"bad\">", page, StringComparison.Ordinal);
        Assert.Throws<KernelMagnifierException>(() => ProbeCatalog.Write(folder.Library, policy, path, replace: false, ProbeFolder.Now, CancellationToken.None));
    }
}

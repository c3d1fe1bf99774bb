using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Files;
using KernelMagnifier.Incidents;
using KernelMagnifier.Workloads;

namespace KernelMagnifier.Engine.Tests.Incidents;

/// <summary>Incident files: what is written comes back, and what is hostile is refused.</summary>
public sealed class IncidentFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    private string Recording { get; } = SharedData.Local("trace-dat/mix-plain.dat");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatIsWrittenComesBack()
    {
        var path = Export();
        var incident = IncidentFile.Read(path, default);
        Assert.Equal(("A hog", "line 1\nline 2"), (incident.Title, incident.Note));
        Assert.Equal("Wakeup@periodic P99 < 5ms, because clients time out", Assert.Single(incident.Assertions).ToString());
        Assert.Equal(("LatencyCause", "the hog\\x1b[31m ran", """{"TopCause": "Preempted"}"""),
            (incident.Findings[0].Kind, incident.Findings[0].Text, incident.Findings[0].Json?.Replace(" \"", " \"", StringComparison.Ordinal)));
        Assert.Equal(["periodic"], incident.Workload!.Tasks.Select(task => task.Name));
        Assert.Null(incident.Recording);
        Assert.Equal(new[] { "recording.dat", "workload.json", "assertions.json", "findings.json" }, incident.Parts.Select(part => part.Name));
        var target = Directory.CreateDirectory(Path.Combine(_folder, "out")).FullName;
        var extracted = IncidentFile.Extract(path, target, force: false, default);
        Assert.Equal(File.ReadAllBytes(Recording), File.ReadAllBytes(extracted.Recording!));
        Assert.Equal(4, Directory.GetFiles(target).Length);
        Assert.Equal(ErrorCode.OutputExists, Assert.Throws<KernelMagnifierException>(() => IncidentFile.Extract(path, target, force: false, default)).Code);
        IncidentFile.Extract(path, target, force: true, default);
    }

    [Fact]
    public void AWrongPathIsAnError()
    {
        Assert.Equal(ErrorCode.IncidentNotFound, Code(Path.Combine(_folder, "none.kmi")));
        Assert.Equal(ErrorCode.IncidentUnreadable, Code(_folder));
        Assert.Equal(ErrorCode.IncidentUnreadable, Code(Recording));
        File.WriteAllBytes(Path.Combine(_folder, "empty"), []);
        Assert.Equal(ErrorCode.IncidentUnreadable, Code(Path.Combine(_folder, "empty")));
    }

    [Theory]
    [InlineData("../evil.dat")]
    [InlineData("/etc/cron.d/evil")]
    [InlineData("recording.dat/")]
    [InlineData("..\\evil")]
    [InlineData("RECORDING.DAT")]
    [InlineData("\u001b[31m")]
    public void OtherNamesAreRefusedAndNothingIsWritten(string name)
    {
        var path = Edited(archive => Add(archive, name, "x"u8.ToArray()));
        var message = Assert.Throws<KernelMagnifierException>(() => IncidentFile.Read(path, default)).Message;
        Assert.Contains("which no incident file has", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        var target = Directory.CreateDirectory(Path.Combine(_folder, "out")).FullName;
        Assert.Throws<KernelMagnifierException>(() => IncidentFile.Extract(path, target, force: true, default));
        Assert.Empty(Directory.GetFileSystemEntries(target));
        Assert.False(File.Exists(Path.Combine(_folder, "evil.dat")));
    }

    [Fact]
    public void ADuplicateIsRefused()
        => Assert.Contains("twice", Refusal(Edited(archive => Add(archive, "workload.json", "{}"u8.ToArray()))), StringComparison.Ordinal);

    [Fact]
    public void AChangedPartIsRefused()
    {
        var path = Edited(archive => Replace(archive, "recording.dat", bytes => { bytes[^1] ^= 1; return bytes; }));
        Assert.Contains("the SHA-256 differs", Refusal(path), StringComparison.Ordinal);
        path = Edited(archive => Replace(archive, "recording.dat", bytes => [.. bytes, 0]));
        Assert.Contains("another size than its manifest states", Refusal(path), StringComparison.Ordinal);
        var target = Directory.CreateDirectory(Path.Combine(_folder, "out")).FullName;
        Assert.Throws<KernelMagnifierException>(() => IncidentFile.Extract(path, target, force: true, default));
        Assert.Empty(Directory.GetFileSystemEntries(target));
        Assert.Contains("recording.dat is missing", Refusal(Edited(archive => archive.GetEntry("recording.dat")!.Delete())), StringComparison.Ordinal);
        Assert.Contains("manifest.json is missing", Refusal(Edited(archive => archive.GetEntry("manifest.json")!.Delete())), StringComparison.Ordinal);
    }

    [Fact]
    public void ABombIsRefusedBeforeItIsUnpacked()
    {
        var path = Edited(archive => Replace(archive, "assertions.json", _ => new byte[100 << 20]));
        Assert.True(new FileInfo(path).Length < 1 << 20);
        Assert.Contains("assertions.json is larger than 256 KiB", Refusal(path), StringComparison.Ordinal);
    }

    /// <summary>The size in the directory is smaller than what the data unpacks to.</summary>
    [Fact]
    public void ALieAboutTheSizeIsRefused()
    {
        var path = Edited(archive => Replace(archive, "assertions.json", _ => new byte[200 << 10]));
        var bytes = File.ReadAllBytes(path);
        byte[] size = BitConverter.GetBytes(200 << 10), lie = BitConverter.GetBytes(100);
        for (int at; (at = bytes.AsSpan().IndexOf(size)) >= 0;) lie.CopyTo(bytes, at);
        File.WriteAllBytes(path, bytes);
        Assert.Equal(ErrorCode.IncidentUnreadable, Code(path));
    }

    [Fact]
    public void ManyFilesAreRefused()
        => Assert.Contains("more files", Refusal(Edited(archive =>
        {
            for (var i = 0; i < 5000; i++) Add(archive, $"f{i}", []);
        })), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"claim": "Wakeup P99"}""")]
    [InlineData("""{"claim": "Wakeup P99 < 5ms", "because": 1}""")]
    [InlineData("""{"claim": "Wakeup P99 < 5ms", "more": 1}""")]
    [InlineData("""{"claim": "Wakeup P99 < 5ms", "because": "\u001b[31m"}""")]
    [InlineData("{}")]
    [InlineData("1")]
    public void AnotherAssertionIsRefused(string assertion)
        => Assert.Equal(ErrorCode.IncidentUnreadable, Code(WithPart("assertions.json", Encoding.UTF8.GetBytes($$"""{"assertions": [{{assertion}}]}"""))));

    [Fact]
    public void MutantsAreReadOrRefused()
    {
        var original = File.ReadAllBytes(Export());
        var random = new Random(7);
        var path = Path.Combine(_folder, "mutant.kmi");
        for (var i = 0; i < 300; i++)
        {
            var bytes = (byte[])original.Clone();
            for (var j = random.Next(1, 4); j > 0; j--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            Check(path);
        }
    }

    [Fact]
    public void MutantsOfTheManifestAreReadOrRefused()
    {
        var random = new Random(8);
        string[] values = ["null", "1", "-1", "1e99", "\"\"", "\"x\"", "[]", "{}", "true", "\"\\u202e\"", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]"];
        for (var i = 0; i < 100; i++)
        {
            var path = Edited(archive => Replace(archive, "manifest.json", bytes =>
            {
                var json = JsonNode.Parse(bytes)!.AsObject();
                var key = json.Select(one => one.Key).ElementAt(random.Next(json.Count));
                if (random.Next(4) == 0) json.Remove(key);
                else json[key] = JsonNode.Parse(values[random.Next(values.Length)]);
                return Encoding.UTF8.GetBytes(json.ToJsonString());
            }));
            Check(path);
        }
    }

    [Fact]
    public void WhatCannotBeWrittenIsRefused()
    {
        Assert.Equal(ErrorCode.BadRequest, Write(Draft() with { Title = "a\nb" }));
        Assert.Equal(ErrorCode.BadRequest, Write(Draft() with { Title = new string('x', 201) }));
        Assert.Equal(ErrorCode.TraceNotFound, Write(Draft() with { Recording = Path.Combine(_folder, "none") }));
        Assert.Equal(ErrorCode.BaselineUnreadable, Write(Draft() with { Baseline = Recording }));
        Assert.False(File.Exists(Path.Combine(_folder, "bad.kmi")));
    }

    private ErrorCode Write(IncidentDraft draft)
    {
        using var file = OutputFile.Create(Path.Combine(_folder, "bad.kmi"), force: false);
        return Assert.Throws<KernelMagnifierException>(() => IncidentFile.Write(draft, file, default)).Code;
    }

    private static void Check(string path)
    {
        try
        {
            IncidentFile.Read(path, default);
        }
        catch (KernelMagnifierException error)
        {
            Assert.True(error.Code is ErrorCode.IncidentUnreadable or ErrorCode.WorkloadUnreadable, error.Message);
            Assert.DoesNotContain(error.Message, char.IsControl);
        }
    }

    private static ErrorCode Code(string path) => Assert.Throws<KernelMagnifierException>(() => IncidentFile.Read(path, default)).Code;

    private static string Refusal(string path)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => IncidentFile.Read(path, default));
        Assert.Equal(ErrorCode.IncidentUnreadable, error.Code);
        return error.Message;
    }

    private IncidentDraft Draft()
    {
        var findings = new IncidentFindings();
        findings.Add("LatencyCause", "the hog\u001b[31m ran", """{"TopCause": "Preempted"}""");
        findings.Add("Note", "text\nof two lines\u202e", null);
        return new IncidentDraft
        {
            Recording = Recording, Title = "A hog", Note = "line 1\r\nline 2", Findings = findings.All,
            Assertions = [new IncidentAssertion(LatencyClaim.Parse("Wakeup@periodic P99 < 5ms"), "clients time out")],
            Workload = new Workload
            {
                Source = new WorkloadSource(), Edges = [], Coverage = new WorkloadCoverage(),
                Tasks = [new WorkloadTask { Name = "periodic", Comm = "periodic", Loop = "Open" }],
            },
        };
    }

    private string Export(string name = "incident.kmi")
    {
        var path = Path.Combine(_folder, name);
        using var file = OutputFile.Create(path, force: true);
        IncidentFile.Write(Draft(), file, default);
        file.Commit();
        return path;
    }

    private string Edited(Action<ZipArchive> edit)
    {
        var path = Export("edited.kmi");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Update)) edit(archive);
        return path;
    }

    /// <summary>The incident with another part, which its manifest states rightly.</summary>
    private string WithPart(string name, byte[] content) => Edited(archive =>
    {
        Replace(archive, name, _ => content);
        Replace(archive, "manifest.json", bytes =>
        {
            var json = JsonNode.Parse(bytes)!;
            var part = json["parts"]!.AsArray().Single(one => (string?)one!["name"] == name)!;
            part["bytes"] = content.Length;
            part["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
            return Encoding.UTF8.GetBytes(json.ToJsonString());
        });
    });

    private static void Replace(ZipArchive archive, string name, Func<byte[], byte[]> change)
    {
        var entry = archive.GetEntry(name)!;
        using var bytes = new MemoryStream();
        using (var stream = entry.Open()) stream.CopyTo(bytes);
        entry.Delete();
        Add(archive, name, change(bytes.ToArray()));
    }

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        using var stream = archive.CreateEntry(name).Open();
        stream.Write(content);
    }
}

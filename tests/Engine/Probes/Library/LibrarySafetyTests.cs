using System.Diagnostics;
using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Engine.Tests.Probes.Library;

public class LibrarySafetyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("test")]
    [InlineData("test/test.bt")]
    [InlineData("test/test.json")]
    [InlineData("test/notes")]
    public void WhatOthersCanWriteToIsRefused(string path)
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        File.WriteAllText(folder.FileOf("test", "notes"), "");
        var full = Path.Combine(folder.Library, path).TrimEnd('/');
        foreach (var writable in new[] { UnixFileMode.GroupWrite, UnixFileMode.OtherWrite })
        {
            var mode = File.GetUnixFileMode(full);
            File.SetUnixFileMode(full, mode | writable);
            Assert.Equal(ErrorCode.ProbeLibraryNotSafe, Refused(folder).Code);
            File.SetUnixFileMode(full, mode);
        }
        using var library = folder.Open();
        Assert.Equal("test", library.Load("test").Name);
    }

    [Fact]
    public void LinksAndWhatIsNoFileAreRefused()
    {
        using var folder = new ProbeFolder();
        folder.Add("test");
        folder.Add("other", manifest: ProbeFolder.Manifest("other"));
        var program = folder.FileOf("test", "test.bt");
        File.Move(program, folder.FileOf("test", "real"));
        File.CreateSymbolicLink(program, "real");
        Assert.Contains("symbolic link", Refused(folder).Cause, StringComparison.Ordinal);
        File.Delete(program);
        using (var link = Process.Start("ln", [folder.FileOf("test", "real"), program])) link.WaitForExit();
        Assert.Contains("hard link", Refused(folder).Cause, StringComparison.Ordinal);
        File.Delete(program);
        using (var fifo = Process.Start("mkfifo", [program])) fifo.WaitForExit();
        Assert.Contains("not a regular file", Refused(folder).Cause, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(folder.Library, "test"), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(folder.Library, "test"), "other");
        Assert.Contains("symbolic link", Refused(folder).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void ALibraryInTmpIsRefused()
    {
        var place = Directory.CreateTempSubdirectory("km-");
        try
        {
            using var folder = new ProbeFolder();
            Assert.Equal(ErrorCode.ProbeLibraryNotSafe,
                Assert.Throws<KernelMagnifierException>(() => ProbeLibrary.Open(place.FullName, folder.Policy)).Code);
        }
        finally
        {
            place.Delete();
        }
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("../../allowed_signers")]
    [InlineData("a\\x2f..")]
    public void AnImportOutsideTheLibraryIsRefused(string import)
    {
        using var folder = new ProbeFolder();
        folder.Add("test", $"import \"{import}\"\n");
        Assert.Equal(ErrorCode.ProbeUnreadable, Refused(folder).Code);
    }

    [Fact]
    public void ImportsAreFoundOutsideCommentsAndTexts()
    {
        var program = "// import \"a\"\n/* import \"b\" */ import /* x */ \"c.bt\"; BEGIN { printf(\"import \\\"d\\\"\"); } important \"e\" import\n\"f\"";
        Assert.Equal(["c.bt", "f"], ImportScan.Find(Encoding.UTF8.GetBytes(program)));
    }

    [Fact]
    public void FilesThatAreTooLargeAndNamesThatAreNoneAreRefused()
    {
        using var folder = new ProbeFolder();
        folder.Add("test", new string(' ', (256 * 1024) + 1));
        Assert.Contains("larger than 256 KiB", Refused(folder).Cause, StringComparison.Ordinal);
        using var library = folder.Open();
        foreach (var name in new[] { "..", "../test", "Test", "", "no-such", "a/b", "a\n" })
            Assert.Equal(ErrorCode.ProbeNotFound, Assert.Throws<KernelMagnifierException>(() => library.Load(name)).Code);
    }

    [Fact]
    public void TheCanonicalFormTellsFilesApart()
    {
        byte[] a = CanonicalProbe.Of("x", "1"u8.ToArray(), "2"u8.ToArray(), []),
            b = CanonicalProbe.Of("x", "12"u8.ToArray(), ""u8.ToArray(), []),
            c = CanonicalProbe.Of("x", "1"u8.ToArray(), "2"u8.ToArray(), [new ProbeImport("y", ""u8.ToArray())]);
        Assert.Equal(3, new[] { a, b, c }.Select(form => CanonicalProbe.Hash(form)).Distinct().Count());
        Assert.Equal(["manifest", "program", "import y"], CanonicalProbe.Parse(c)!.Keys);
        Assert.Null(CanonicalProbe.Parse(c.AsMemory(0, c.Length - 1)));
    }

    private static KernelMagnifierException Refused(ProbeFolder folder) => Assert.Throws<KernelMagnifierException>(() =>
    {
        using var library = folder.Open();
        _ = library.Load("test");
    });
}

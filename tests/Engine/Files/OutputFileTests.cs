using System.Diagnostics;
using KernelMagnifier.Files;

namespace KernelMagnifier.Engine.Tests.Files;

public sealed class OutputFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-output-").FullName;

    private string Target => Path.Combine(_folder, "x.csv");

    public void Dispose() => Directory.Delete(_folder, true);

    private IEnumerable<string?> Names
        => Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    [Fact]
    public void The_file_appears_complete_or_not_at_all()
    {
        using (var abandoned = OutputFile.Create(Target, force: false))
        {
            abandoned.Stream.WriteByte(1);
            Assert.Equal([Path.GetFileName(abandoned.TemporaryPath)], Names);
        }
        Assert.Empty(Names);
        using var file = OutputFile.Create(Target, force: false);
        file.Stream.Write("content"u8);
        file.Commit();
        Assert.Equal("content", File.ReadAllText(Target));
        Assert.Equal(["x.csv"], Names);
    }

    [Fact]
    public void A_file_that_appears_meanwhile_is_not_replaced()
    {
        using (var file = OutputFile.Create(Target, force: false))
        {
            File.WriteAllText(Target, "kept");
            var error = Assert.Throws<KernelMagnifierException>(file.Commit);
            Assert.Equal((ErrorCode.OutputExists, Target), (error.Code, error.Target));
        }
        Assert.Equal("kept", File.ReadAllText(Target));
        Assert.Equal(["x.csv"], Names);
        Assert.Equal(ErrorCode.OutputExists,
            Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(Target, force: false)).Code);
        using var forced = OutputFile.Create(Target, force: true);
        forced.Commit();
        Assert.Equal("", File.ReadAllText(Target));
    }

    /// <summary>The directory was opened once: replacing it, or a link in its path, does not redirect the file.</summary>
    [Fact]
    public void The_file_stays_in_its_directory_when_the_path_is_redirected()
    {
        var (own, moved) = (Path.Combine(_folder, "own"), Path.Combine(_folder, "moved"));
        Directory.CreateDirectory(own);
        using var file = OutputFile.Create(Path.Combine(own, "x.csv"), force: false);
        Directory.Move(own, moved);
        var elsewhere = Directory.CreateDirectory(Path.Combine(_folder, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(own, elsewhere);
        file.Commit();
        Assert.Equal(["x.csv"], Directory.EnumerateFileSystemEntries(moved).Select(Path.GetFileName));
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
    }

    [Fact]
    public void An_own_link_is_written_through()
    {
        var linked = Path.Combine(_folder, "linked");
        File.WriteAllText(linked, "old");
        File.CreateSymbolicLink(Target, linked);
        using var file = OutputFile.Create(Target, force: true);
        file.Stream.Write("new"u8);
        file.Commit();
        Assert.Equal("new", File.ReadAllText(linked));
        Assert.Equal(linked, new FileInfo(Target).LinkTarget);
    }

    [Theory]
    [InlineData("x.csv", "victim")] // the link itself
    [InlineData("place/x.csv", "")] // a link in the path
    public void A_link_of_another_user_in_a_world_writable_directory_is_refused(string output, string linked)
    {
        if (!Environment.IsPrivilegedProcess) return; // only root can create a link of another user
        var own = Directory.CreateDirectory(Path.Combine(_folder, "own")).FullName;
        File.WriteAllText(Path.Combine(own, "victim"), "kept");
        var open = Directory.CreateDirectory(Path.Combine(_folder, "open")).FullName;
        File.SetUnixFileMode(open, (UnixFileMode)0x3FF); // 1777
        var link = Path.Combine(open, output.Split('/')[0]);
        File.CreateSymbolicLink(link, Path.Combine(own, linked));
        Process.Start("chown", ["-h", "65534", link])!.WaitForExit();
        var error = Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(Path.Combine(open, output), force: true));
        Assert.Equal((ErrorCode.OutputNotSafe, link), (error.Code, error.Target));
        Assert.Equal(["victim"], Directory.EnumerateFiles(own).Select(Path.GetFileName));
    }

    [Fact]
    public void A_full_disk_has_its_own_code()
    {
        var error = OutputFile.NotWritten("/x", new IOException("No space left on device : '/.km-1'", 28));
        Assert.Equal((ErrorCode.DiskFull,
            "/x: the file cannot be written: No space left on device. Free disk space, or choose another "
                + "directory."), (error.Code, error.Message));
    }
}

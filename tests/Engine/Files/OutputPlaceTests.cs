using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Engine.Tests.Files;

public sealed class OutputPlaceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-place-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void The_result_appears_complete_and_only_its_owner_may_read_it()
    {
        var path = Path.Combine(_folder, "x.dat");
        using var place = OutputPlace.Open(path);
        Assert.Empty(Directory.EnumerateFiles(_folder));
        var name = place.NameOf("part");
        _ = FileCalls.Close(place.Create(name));
        Assert.False(File.Exists(path));
        place.Publish(name);
        Assert.Equal(["x.dat"], Directory.EnumerateFiles(_folder).Select(Path.GetFileName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_link_in_a_world_writable_directory_is_refused_even_if_it_is_our_own()
    {
        File.SetUnixFileMode(_folder, (UnixFileMode)0x3FF); // 1777
        var path = Path.Combine(_folder, "x.dat");
        File.CreateSymbolicLink(path, "/etc/passwd");
        var error = Assert.Throws<KernelMagnifierException>(() => OutputPlace.Open(path));
        Assert.Equal(ErrorCode.OutputNotSafe, error.Code);
        Assert.Equal($"{path}: it is a symbolic link in a world-writable directory and is not followed. Remove the link, or "
            + $"choose another path.", error.Message);
    }

    [Fact]
    public void A_link_in_an_own_directory_is_replaced_not_followed()
    {
        var target = Path.Combine(_folder, "target");
        File.WriteAllText(target, "kept");
        var path = Path.Combine(_folder, "x.dat");
        File.CreateSymbolicLink(path, target);
        using var place = OutputPlace.Open(path);
        _ = FileCalls.Close(place.Create(place.NameOf("part")));
        place.Publish(place.NameOf("part"));
        Assert.Equal("kept", File.ReadAllText(target));
        Assert.Null(new FileInfo(path).LinkTarget);
    }

    [Theory]
    [InlineData("/nowhere/x.dat", "/nowhere/x.dat: the directory /nowhere does not exist. Create it first: mkdir -p '/nowhere'")]
    [InlineData("/dev/null", "/dev/null: this is not a regular file. Choose another name.")]
    [InlineData("/etc", "/etc: this is a directory. Name a file in it.")]
    [InlineData("/proc/x.dat",
        "/proc/x.dat: files cannot be created in /proc: No such file or directory. Choose a writable directory.")]
    public void Paths_that_cannot_be_written(string path, string message)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => OutputPlace.Open(path));
        Assert.Equal((ErrorCode.OutputNotWritable, message), (error.Code, error.Message));
    }

    [Fact]
    public void A_part_that_was_replaced_by_a_hard_link_is_not_reopened()
    {
        using var place = OutputPlace.Open(Path.Combine(_folder, "x.dat"));
        File.WriteAllText(Path.Combine(_folder, "victim"), "kept");
        _ = FileCalls.Close(place.Create("part"));
        var file = place.Reopen("part");
        Assert.True(file >= 0);
        _ = FileCalls.Close(file);
        System.Diagnostics.Process.Start("ln",
            ["-f", Path.Combine(_folder, "victim"), Path.Combine(_folder, "part")])!.WaitForExit();
        Assert.True(place.Reopen("part") < 0);
        Assert.True(place.Reopen("../x") < 0);
    }
}

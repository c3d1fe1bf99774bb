using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class OutputPlaceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-place-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void The_result_appears_whole_and_is_its_owner_s_alone()
    {
        var path = Path.Combine(_folder, "x.dat");
        using var place = OutputPlace.Open(path);
        Assert.Empty(Directory.EnumerateFiles(_folder));
        var name = place.NameOf("part");
        _ = LibC.Close(place.Create(name));
        Assert.False(File.Exists(path));
        place.Publish(name);
        Assert.Equal(["x.dat"], Directory.EnumerateFiles(_folder).Select(Path.GetFileName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_link_in_a_folder_everybody_may_write_is_refused_whosever_it_is()
    {
        File.SetUnixFileMode(_folder, (UnixFileMode)0x3FF); // 1777
        var path = Path.Combine(_folder, "x.dat");
        File.CreateSymbolicLink(path, "/etc/passwd");
        var error = Assert.Throws<RecordingException>(() => OutputPlace.Open(path));
        Assert.Equal(ErrorCode.OutputNotSafe, error.Code);
        Assert.Equal($"{path} is a symbolic link in a directory where everybody may write: what it points at will not be written to. Remove the link or choose another place.", error.Message);
    }

    [Fact]
    public void A_link_in_a_folder_of_one_s_own_is_replaced_not_followed()
    {
        var target = Path.Combine(_folder, "target");
        File.WriteAllText(target, "kept");
        var path = Path.Combine(_folder, "x.dat");
        File.CreateSymbolicLink(path, target);
        using var place = OutputPlace.Open(path);
        _ = LibC.Close(place.Create(place.NameOf("part")));
        place.Publish(place.NameOf("part"));
        Assert.Equal("kept", File.ReadAllText(target));
        Assert.Null(new FileInfo(path).LinkTarget);
    }

    [Theory]
    [InlineData("/nowhere/x.dat", "/nowhere/x.dat cannot be created: the directory /nowhere does not exist. Make it first (mkdir -p), or choose another.")]
    [InlineData("/dev/null", "/dev/null is no regular file. Give another name.")]
    [InlineData("/etc", "/etc is a directory. Give another name.")]
    [InlineData("/proc/x.dat", "/proc/x.dat cannot be created: No such file or directory in /proc. Choose a directory that can be written.")]
    public void Places_where_nothing_can_be_written(string path, string message)
    {
        var error = Assert.Throws<RecordingException>(() => OutputPlace.Open(path));
        Assert.Equal((ErrorCode.OutputNotWritable, message), (error.Code, error.Message));
    }

    [Fact]
    public void A_part_somebody_swapped_for_a_hard_link_is_not_reopened()
    {
        using var place = OutputPlace.Open(Path.Combine(_folder, "x.dat"));
        File.WriteAllText(Path.Combine(_folder, "victim"), "kept");
        _ = LibC.Close(place.Create("part"));
        var file = place.Reopen("part");
        Assert.True(file >= 0);
        _ = LibC.Close(file);
        System.Diagnostics.Process.Start("ln", ["-f", Path.Combine(_folder, "victim"), Path.Combine(_folder, "part")])!.WaitForExit();
        Assert.True(place.Reopen("part") < 0);
        Assert.True(place.Reopen("../x") < 0);
    }
}

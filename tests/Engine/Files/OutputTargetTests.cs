using System.Diagnostics;
using System.Runtime.InteropServices;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Engine.Tests.Files;

/// <summary>What other users put into the way of an output: links, chains of links, FIFOs, and exchanges in the middle.</summary>
public sealed partial class OutputTargetTests : IDisposable
{
    private const int WorkingDirectory = -100;
    private const uint Exchange = 2, Stranger = 65534;

    private readonly string _folder = Directory.CreateTempSubdirectory("km-target-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [RootFact]
    public void A_link_of_another_user_is_not_followed_by_a_chain()
    {
        var victim = Write("victim");
        var foreign = Path.Combine(Shared(), "foreign");
        Link(foreign, victim, Stranger);
        var own = Path.Combine(_folder, "own");
        Link(own, foreign, 0);
        Link(Path.Combine(_folder, "first"), "own", 0);
        var error = Assert.Throws<KernelMagnifierException>(
            () => OutputFile.Create(Path.Combine(_folder, "first"), force: true));
        Assert.Equal((ErrorCode.OutputNotSafe, foreign), (error.Code, error.Target));
        Assert.Equal("kept", File.ReadAllText(victim));
    }

    [RootFact]
    public void A_link_in_a_directory_that_another_user_made_in_a_shared_one_is_not_followed()
    {
        var victim = Write("victim");
        var theirs = Directory.CreateDirectory(Path.Combine(Shared(), "theirs")).FullName;
        _ = ChangeOwner(theirs, Stranger, Stranger);
        Link(Path.Combine(theirs, "x"), victim, Stranger);
        var error = Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(Path.Combine(theirs, "x"), force: true));
        Assert.Equal(ErrorCode.OutputNotSafe, error.Code);
        Assert.Equal("kept", File.ReadAllText(victim));
    }

    [RootTheory]
    [InlineData(Stranger, "755")]
    [InlineData(0u, "775")]
    public void A_link_in_a_directory_that_others_can_change_is_not_followed(uint owner, string mode)
    {
        var victim = Write("victim");
        var directory = Directory.CreateDirectory(Path.Combine(_folder, "directory")).FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)Convert.ToInt32(mode, 8));
        _ = ChangeOwner(directory, owner, Stranger);
        Link(Path.Combine(directory, "x"), victim, Stranger);
        var error = Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(Path.Combine(directory, "x"), force: true));
        Assert.Contains("in a directory that other users can change and is not followed", error.Message, StringComparison.Ordinal);
        Assert.Equal("kept", File.ReadAllText(victim));
    }

    [RootFact]
    public void A_link_in_such_a_directory_is_not_followed_by_a_descriptor_either()
    {
        var victim = Write("victim");
        var theirs = Directory.CreateDirectory(Path.Combine(Shared(), "theirs")).FullName;
        _ = ChangeOwner(theirs, Stranger, Stranger);
        Link(Path.Combine(theirs, "x"), victim, Stranger);
        var directory = FileCalls.Open(theirs, FileCalls.PathOnly | FileCalls.DirectoryOnly);
        try
        {
            var error = Assert.Throws<KernelMagnifierException>(
                () => OutputFile.Create($"/proc/self/fd/{directory}/x", force: true));
            Assert.Equal(ErrorCode.OutputNotSafe, error.Code);
        }
        finally
        {
            _ = FileCalls.Close(directory);
        }
        Assert.Equal("kept", File.ReadAllText(victim));
    }

    [RootFact]
    public void A_fifo_of_another_user_in_a_shared_directory_is_not_written_to()
    {
        var fifo = Path.Combine(Shared(), "x");
        Assert.Equal(0, FileCalls.MakeFifo(fifo, 0x1B6));
        _ = ChangeOwner(fifo, Stranger, Stranger);
        var error = Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(fifo, force: true));
        Assert.Equal($"{fifo}: it is a FIFO of user 65534 in a world-writable directory and is not written to. "
            + "Remove it, or choose another path.", error.Message);
    }

    /// <summary>
    /// Whoever puts a file into a shared directory must not become the owner of what is written. In a directory that only root
    /// writes to, the owner of a file stays its owner.
    /// </summary>
    [RootFact]
    public void A_file_of_another_user_in_a_shared_directory_keeps_nothing()
    {
        var path = Path.Combine(Shared(), "x");
        File.WriteAllText(path, "bait");
        _ = ChangeOwner(path, Stranger, Stranger);
        Save(path, "new");
        Assert.Equal((0u, "new"), (Ownership.Of(path)!.Value.User, File.ReadAllText(path)));
        File.SetUnixFileMode(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _ = ChangeOwner(path, Stranger, Stranger);
        Save(path, "newer");
        Assert.Equal((Stranger, "newer"), (Ownership.Of(path)!.Value.User, File.ReadAllText(path)));
    }

    /// <summary>
    /// Another thread exchanges a file and a link, both of another user, in a sticky directory. The export judges one of them and
    /// must not follow the other.
    /// </summary>
    [RootFact]
    public void An_exchange_of_a_file_and_a_link_redirects_nothing()
    {
        var victim = Write("victim");
        var shared = Shared();
        var (path, other) = (Path.Combine(shared, "x"), Path.Combine(shared, "other"));
        var isOver = false;
        long exchanges = 0;
        var thread = new Thread(() =>
        {
            for (; !Volatile.Read(ref isOver); exchanges++) _ = Rename(WorkingDirectory, path, WorkingDirectory, other, Exchange);
        });
        Arrange();
        thread.Start();
        var (refused, written) = (0, 0);
        var watch = Stopwatch.StartNew();
        while ((refused + written < 400 || refused == 0 || written == 0) && watch.Elapsed < TimeSpan.FromSeconds(30))
        {
            try
            {
                Save(path, "new");
                written++;
                // The link or the file is gone; which one is a matter of the moment.
                Arrange();
            }
            catch (KernelMagnifierException error) when (error.Code == ErrorCode.OutputNotSafe)
            {
                refused++;
            }
            Assert.Equal("kept", File.ReadAllText(victim));
        }
        Volatile.Write(ref isOver, true);
        thread.Join();
        Assert.True(refused > 0 && written > 0, $"{refused} refused, {written} written, {exchanges} exchanges");

        void Arrange()
        {
            File.Delete(other);
            File.WriteAllText(path + ".new", "bait");
            _ = ChangeOwner(path + ".new", Stranger, Stranger);
            File.Move(path + ".new", path, overwrite: true);
            Link(other + ".new", victim, Stranger);
            File.Move(other + ".new", other, overwrite: true);
        }
    }

    [Fact]
    public void A_link_to_nothing_is_written_through()
    {
        var linked = Path.Combine(_folder, "linked");
        File.CreateSymbolicLink(Path.Combine(_folder, "x"), "linked");
        Save(Path.Combine(_folder, "x"), "new");
        Assert.Equal("new", File.ReadAllText(linked));
    }

    [Fact]
    public void A_circle_of_links_and_a_missing_directory_are_errors()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "a"), "b");
        File.CreateSymbolicLink(Path.Combine(_folder, "b"), "a");
        var error = Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(Path.Combine(_folder, "a"), force: true));
        Assert.Contains("Too many levels of symbolic links", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(Path.Combine(_folder, "c/d/x"), force: true));
        Assert.Contains($"the directory {_folder}/c/d does not exist", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(_folder + "/", force: true));
        Assert.Contains("this is a directory", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(Path.Combine(_folder, "x\0y"), force: true));
        Assert.Contains("NUL", error.Message, StringComparison.Ordinal);
    }

    private static void Save(string path, string content)
    {
        using var file = OutputFile.Create(path, force: true);
        file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(content));
        file.Commit();
    }

    private static void Link(string path, string target, uint user)
    {
        File.CreateSymbolicLink(path, target);
        _ = ChangeOwner(path, user, user);
    }

    private string Write(string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, "kept");
        return path;
    }

    private string Shared()
    {
        var path = Directory.CreateDirectory(Path.Combine(_folder, "shared")).FullName;
        File.SetUnixFileMode(path, (UnixFileMode)0x3FF); // 1777
        return path;
    }
}

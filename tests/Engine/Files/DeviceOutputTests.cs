using System.Diagnostics;
using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Engine.Tests.Files;

/// <summary>What exists and is no regular file is written into; a regular file is replaced, and keeps what it can.</summary>
public sealed class DeviceOutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-device-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private string Target => Path.Combine(_folder, "x");

    /// <summary>The devices are copies, so that a failure does not destroy those of the machine.</summary>
    [RootFact]
    public void A_device_stays_a_device()
    {
        Process.Start("mknod", [Target, "c", "1", "3"])!.WaitForExit();
        using (var file = OutputFile.Create(Target, force: false))
        {
            file.Stream.Write("new"u8);
            file.Seekable.Write("new"u8);
            file.Commit();
        }
        Assert.Equal(0x2000u, Ownership.Of(Target)!.Value.Mode & 0xF000);
        var full = Path.Combine(_folder, "full");
        Process.Start("mknod", [full, "c", "1", "7"])!.WaitForExit();
        using var other = OutputFile.Create(full, force: true);
        var error = OutputFile.NotWritten(full, Assert.ThrowsAny<IOException>(() => other.Stream.Write("new"u8)));
        Assert.Equal(ErrorCode.DiskFull, error.Code);
        Assert.Equal(["full", "x"], Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_fifo_is_written_into_when_somebody_reads_it()
    {
        Assert.Equal(0, FileCalls.MakeFifo(Target, 0x180));
        var reading = Task.Run(() => File.ReadAllText(Target));
        using var limit = new CancellationTokenSource(30_000);
        using (var file = OutputFile.Create(Target, force: false, cancel: limit.Token))
        {
            // More than the pipe holds.
            file.Stream.Write(new byte[200_000]);
            file.Commit();
        }
        Assert.Equal(200_000, (await reading).Length);
        Assert.True(Ownership.Of(Target)!.Value.IsFifo);
    }

    [Fact]
    public void Waiting_for_the_reader_of_a_fifo_can_be_cancelled()
    {
        Assert.Equal(0, FileCalls.MakeFifo(Target, 0x180));
        using var cancel = new CancellationTokenSource(100);
        Assert.ThrowsAny<OperationCanceledException>(() => OutputFile.Create(Target, force: true, cancel: cancel.Token));
        // A reader that reads nothing: the pipe is full at some time.
        var reader = FileCalls.Open(Target, FileCalls.ReadOnly | FileCalls.NonBlocking);
        using var later = new CancellationTokenSource(300);
        using var file = OutputFile.Create(Target, force: true, cancel: later.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => file.Stream.Write(new byte[10_000_000]));
        _ = FileCalls.Close(reader);
    }

    /// <summary>/dev/stdout and /dev/fd/N are links of procfs to a descriptor of this process.</summary>
    [Fact]
    public void A_descriptor_of_this_process_is_written_to_at_its_position()
    {
        File.WriteAllText(Target, "");
        using var open = new FileStream(Target, FileMode.Append);
        open.Write("first "u8);
        open.Flush();
        var link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, $"/dev/fd/{open.SafeFileHandle.DangerousGetHandle()}");
        using (var file = OutputFile.Create(link, force: false))
        {
            file.Stream.Write("second"u8);
            file.Commit();
        }
        Assert.Equal("first second", File.ReadAllText(Target));
    }

    [Fact]
    public void A_socket_is_refused()
    {
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Target));
        var error = Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(Target, force: true));
        Assert.Equal(ErrorCode.OutputNotWritable, error.Code);
    }

    [Theory]
    [InlineData(0x180u)] // 0600
    [InlineData(0x1EDu)] // 0755
    [InlineData(0x124u)] // 0444
    public void The_permissions_of_a_replaced_file_are_kept(uint mode)
    {
        File.WriteAllText(Target, "old");
        File.SetUnixFileMode(Target, (UnixFileMode)mode);
        using var file = OutputFile.Create(Target, force: true);
        file.Stream.Write("new"u8);
        file.Commit();
        Assert.Equal(("new", (UnixFileMode)mode), (File.ReadAllText(Target), File.GetUnixFileMode(Target)));
    }

    [Fact]
    public void An_input_is_not_replaced_whatever_its_name()
    {
        var input = Path.Combine(_folder, "input");
        File.WriteAllText(input, "kept");
        Process.Start("ln", [input, Target])!.WaitForExit();
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "x");
        var inputs = InputIdentity.Of([Path.Combine(_folder, "other"), input, "/dev/null"]);
        foreach (var name in new[] { "input", "x", "link" })
        {
            var path = Path.Combine(_folder, name);
            var error = Assert.Throws<KernelMagnifierException>(() => OutputFile.Create(path, force: true, inputs));
            Assert.Equal($"{path}: this is the file that is read ({input}). Choose another name for the output.", error.Message);
        }
        Assert.Equal("kept", File.ReadAllText(input));
        // The number of a deleted file is given to another one.
        File.Delete(input);
        File.Delete(Target);
        File.WriteAllText(Target, "other");
        OutputFile.Create(Target, force: true, inputs).Dispose();
    }

    [Fact]
    public void What_appears_while_a_file_is_written_is_judged_too()
    {
        var input = Path.Combine(_folder, "input");
        File.WriteAllText(input, "kept");
        using (var file = OutputFile.Create(Target, force: true, InputIdentity.Of([input])))
        {
            Process.Start("ln", [input, Target])!.WaitForExit();
            Assert.Contains("this is the file that is read", Assert.Throws<KernelMagnifierException>(file.Commit).Message, StringComparison.Ordinal);
        }
        File.Delete(Target);
        using (var file = OutputFile.Create(Target, force: true))
        {
            Process.Start("mkfifo", [Target])!.WaitForExit();
            Assert.Equal(ErrorCode.OutputNotWritable, Assert.Throws<KernelMagnifierException>(file.Commit).Code);
        }
        File.Delete(Target);
        using (var file = OutputFile.Create(Target, force: true))
        {
            File.WriteAllText(Target, "another file is replaced, as before");
            file.Commit();
        }
        Assert.Empty(File.ReadAllText(Target));
    }
}

using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Symbols;
using KernelMagnifier.Symbols.Elf;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Files;

/// <summary>A FIFO that nobody writes to does not hold a reading that is stopped.</summary>
public sealed class PipeInputTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("km-pipe-").FullName;

    public PipeInputTests() => Assert.Equal(0, FileCalls.MakeFifo(Fifo, 0x180));

    private string Fifo => Path.Combine(_folder, "fifo");

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public async Task Opening_a_recording_or_a_map_is_stopped()
    {
        using var cancel = new CancellationTokenSource(200);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Task.Run(() => TraceFile.Open(Fifo, new TraceReadOptions { Cancel = cancel.Token })).WaitAsync(Bound));
        using var other = new CancellationTokenSource(200);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Task.Run(() => SymbolMap.Open(Fifo, cancel: other.Token)).WaitAsync(Bound));
    }

    [Fact]
    public async Task A_recording_waits_for_its_writer()
    {
        var opening = Task.Run(() => TraceFile.Open(Fifo));
        await Task.Delay(100);
        Assert.False(opening.IsCompleted);
        await Task.Run(() => File.WriteAllText(Fifo, "# tracer: function\n#\n  bash-100     [000] .....  12.000001: vfs_read <-ksys_read\n"));
        (await opening.WaitAsync(Bound)).Dispose();
    }

    [Fact]
    public void A_writer_is_noticed_before_it_writes_and_nothing_is_lost()
    {
        using var stream = new PipeStream(InputHandle.Open(Fifo), default);
        Assert.False(stream.WaitForWriter(TimeSpan.Zero));
        var writer = FileCalls.Open(Fifo, FileCalls.WriteOnly | FileCalls.NonBlocking);
        Assert.True(stream.WaitForWriter(TimeSpan.Zero));
        Assert.Equal(0, FileCalls.WriteAll(writer, "abc"u8));
        _ = FileCalls.Close(writer);
        using var text = new StreamReader(stream);
        Assert.Equal("abc", text.ReadToEnd());
    }

    /// <summary>The content decides whether a file is a map; that of a pipe can be read only once.</summary>
    [Fact]
    public async Task A_map_can_come_through_a_pipe()
    {
        var writing = Task.Run(() => File.WriteAllText(Fifo, "tcp_sendmsg|net/ipv4/tcp.c\n"));
        var map = await Task.Run(() => SymbolMap.Open(Fifo)).WaitAsync(Bound);
        await writing;
        Assert.Equal(1, map.Count);
    }

    [Fact]
    public async Task An_image_is_a_regular_file()
    {
        var opening = Task.Run(() => ElfFile.Open(Fifo));
        var error = await Assert.ThrowsAsync<KernelMagnifierException>(() => opening.WaitAsync(Bound));
        Assert.Equal((ErrorCode.DebugInformationUnreadable,
            $"{Fifo}: this is not a regular file. Specify a kernel's vmlinux or a module (.ko, .debug)."), (error.Code, error.Message));
        Assert.False(SymbolMapMaker.IsImage(Fifo));
    }

    [Fact]
    public void A_path_with_a_nul_character_is_not_found()
    {
        var error = Assert.Throws<KernelMagnifierException>(() => TraceFile.Open("x\0y"));
        Assert.Equal(ErrorCode.TraceNotFound, error.Code);
        error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.Open("x\0y"));
        Assert.Equal(ErrorCode.SymbolMapNotFound, error.Code);
    }
}

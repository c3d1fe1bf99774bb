using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Drains one CPU's ring buffer to a file. splice(2) moves whole sub-buffers from the buffer through a pipe to the file, without
/// copying them to this process; only the sub-buffers that are not full at the end are read. (kernel: kernel/trace/trace.c,
/// <c>tracing_buffers_splice_read</c>)
/// </summary>
internal sealed unsafe class CpuDrain : IDisposable
{
    // Large enough to catch up in few calls after the thread was kept off the CPU. Root may exceed the limit of pipes.
    private const int PipeSize = 1 << 20;

    // A buffer that fills slowly is drained at least this often, so that its events survive the end of this process.
    private const int PollMilliseconds = 250;

    private readonly int _source;
    private readonly int _target;
    private readonly int _pageSize;
    private readonly int _pipeRead;
    private readonly int _pipeWrite;
    private readonly int _chunk;
    private long _bytes;

    /// <summary>Opens a CPU's buffer.</summary>
    /// <param name="tracing">The directory of the instance.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="target">A descriptor, positioned where the first page goes.</param>
    /// <param name="pageSize">The size of a sub-buffer in bytes.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TracerInUse"/> or
    /// <see cref="ErrorCode.RecordingFailed"/>.</exception>
    public CpuDrain(TraceFs tracing, int cpu, int target, int pageSize)
    {
        (Cpu, _target, _pageSize) = (cpu, target, pageSize);
        _source = tracing.OpenForReading(string.Create(CultureInfo.InvariantCulture, $"per_cpu/cpu{cpu}/trace_pipe_raw"));
        (_pipeRead, _pipeWrite, var size) = FileCalls.OpenPipe(Math.Max(PipeSize, pageSize * 16));
        _chunk = Math.Max(size / pageSize, 1) * pageSize;
    }

    /// <summary>The CPU.</summary>
    public int Cpu { get; }

    /// <summary>The number of bytes written.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The error that ended draining; its number is 0 when there was none.</summary>
    public DrainFailure Failure { get; private set; }

    /// <summary>Drains until the budget ends it. <see cref="Finish"/> takes what is left then.</summary>
    public void Run(DrainBudget budget)
    {
        var stop = budget.Stop;
        var files = stackalloc FileCalls.PollFile[2];
        while (!Failure.Exists)
        {
            if (Move() is > 0 and var moved)
            {
                if (!budget.Spend(moved)) return;
                files[0] = new FileCalls.PollFile { File = stop, Events = FileCalls.PollIn };
                if (FileCalls.Poll(files, 1, 0) > 0) return;
                continue;
            }
            // The buffer becomes readable when it is filled to buffer_percent.
            files[0] = new FileCalls.PollFile { File = _source, Events = FileCalls.PollIn };
            files[1] = new FileCalls.PollFile { File = stop, Events = FileCalls.PollIn };
            _ = FileCalls.Poll(files, 2, PollMilliseconds);
            if (files[1].Ready != 0) return;
        }
    }

    /// <summary>Takes everything that is left, including sub-buffers that are not full. Tracing must be off.</summary>
    public void Finish()
    {
        while (!Failure.Exists && Move() > 0) { }
        if (Failure.OfTarget) return;
        var page = new byte[_pageSize];
        while (!Failure.Exists)
        {
            Array.Clear(page);
            var n = FileCalls.Read(_source, page);
            if (n is 0 or -Errno.TryAgain) return;
            if (n < 0)
            {
                Failure = new DrainFailure(-n, OfTarget: false);
                return;
            }
            DrainedPages.ClearRemains(page);
            var error = FileCalls.WriteAll(_target, page);
            if (error != 0)
            {
                Failure = new DrainFailure(-error, OfTarget: true);
                return;
            }
            Volatile.Write(ref _bytes, _bytes + _pageSize);
        }
    }

    /// <summary>
    /// The number of events that the kernel lost after the last drained page, when draining ended early. The pages that are left
    /// in the buffer report it, where they have room for the number, and are discarded. Tracing must be off.
    /// </summary>
    public long LostAfterEnd()
    {
        var page = new byte[_pageSize];
        var lost = 0L;
        while (FileCalls.Read(_source, page) > 0) lost += DrainedPages.LostBefore(page);
        return lost;
    }

    /// <summary>Moves as many sub-buffers as fit into the pipe.</summary>
    /// <returns>The number of bytes; 0 when no sub-buffer is full, or on failure.</returns>
    private long Move()
    {
        var taken = FileCalls.Splice(_source, null, _pipeWrite, null, (nuint)_chunk,
            FileCalls.SpliceMove | FileCalls.SpliceNonBlocking);
        if (taken <= 0)
        {
            var error = taken == 0 ? 0 : Errno.Last;
            if (error is not (0 or Errno.TryAgain or Errno.Interrupted)) Failure = new DrainFailure(error, OfTarget: false);
            return 0;
        }
        for (var left = taken; left > 0;)
        {
            var written = FileCalls.Splice(_pipeRead, null, _target, null, (nuint)left, FileCalls.SpliceMove);
            if (written < 0 && Errno.Last == Errno.Interrupted) continue;
            if (written <= 0)
            {
                Failure = new DrainFailure(written == 0 ? Errno.NoSpace : Errno.Last, OfTarget: true);
                return 0;
            }
            left -= written;
            Volatile.Write(ref _bytes, _bytes + written);
        }
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = FileCalls.Close(_source);
        _ = FileCalls.Close(_pipeRead);
        _ = FileCalls.Close(_pipeWrite);
    }
}

using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Empties one CPU's ring buffer into a file. Whole sub-buffers go from the buffer through a pipe to the file by splice(2) and are never
/// seen by this process; only what is left at the end, in sub-buffers not yet full, is read.
/// (kernel: kernel/trace/trace.c, <c>tracing_buffers_splice_read</c>)
/// </summary>
internal sealed unsafe class CpuDrain : IDisposable
{
    // Enough that a reader which was kept off the CPU for a while catches up in few calls; root may have pipes of any size.
    private const int PipeSize = 1 << 20;

    private readonly int _source;
    private readonly int _target;
    private readonly int _pageSize;
    private readonly int _pipeRead;
    private readonly int _pipeWrite;
    private readonly int _chunk;
    private long _bytes;

    /// <summary>Prepares.</summary>
    /// <param name="tracing">The instance.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="target">An open file, at the place where its pages begin.</param>
    /// <param name="pageSize">Size of a sub-buffer.</param>
    public CpuDrain(TraceFs tracing, int cpu, int target, int pageSize)
    {
        (Cpu, _target, _pageSize) = (cpu, target, pageSize);
        var path = tracing[$"per_cpu/cpu{cpu}/trace_pipe_raw"];
        _source = LibC.Open(path, LibC.ReadOnly | LibC.NonBlocking);
        if (_source < 0)
            throw new RecordingException(_source == -LibC.Busy ? ErrorCode.TracerInUse : ErrorCode.RecordingFailed,
                $"{path} cannot be opened: {LibC.Describe(-_source)}.{(_source == -LibC.Busy ? " Somebody else is reading this buffer; wait until they are done." : "")}");
        (_pipeRead, _pipeWrite, var size) = LibC.OpenPipe(Math.Max(PipeSize, pageSize * 16));
        _chunk = Math.Max(size / pageSize, 1) * pageSize;
    }

    /// <summary>The CPU.</summary>
    public int Cpu { get; }

    /// <summary>Bytes in the file so far.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Why draining ended early; an error number, or 0.</summary>
    public int Failure { get; private set; }

    /// <summary>The target, not the trace, failed.</summary>
    public bool TargetFailed { get; private set; }

    /// <summary>Drains until told to stop; what is left then, <see cref="Finish"/> takes.</summary>
    /// <param name="budget">Says when it is over.</param>
    public void Run(DrainBudget budget)
    {
        var stop = budget.Stop;
        var files = stackalloc LibC.PollFile[2];
        while (Failure == 0)
        {
            if (Move() is > 0 and var moved)
            {
                if (!budget.Spend(moved)) return;
                files[0] = new LibC.PollFile { File = stop, Asked = LibC.PollIn };
                if (LibC.Poll(files, 1, 0) > 0) return;
                continue;
            }
            // Readable means filled to buffer_percent. A quiet buffer is looked at now and then all the same:
            // what has reached the file survives whatever happens to us.
            files[0] = new LibC.PollFile { File = _source, Asked = LibC.PollIn };
            files[1] = new LibC.PollFile { File = stop, Asked = LibC.PollIn };
            _ = LibC.Poll(files, 2, 250);
            if (files[1].Got != 0) return;
        }
    }

    /// <summary>Takes everything that is left, the sub-buffers not yet full too. Tracing must be off.</summary>
    public void Finish()
    {
        while (Failure == 0 && Move() > 0) { }
        if (Failure != 0 && TargetFailed) return;
        var page = new byte[_pageSize];
        while (Failure == 0)
        {
            Array.Clear(page);
            var n = LibC.Read(_source, page);
            if (n is 0 or -LibC.TryAgain) return;
            if (n < 0)
            {
                Failure = -n;
                return;
            }
            // What is behind the committed bytes of a page is of no meaning: an older page's rest.
            var used = (int)Math.Min((uint)_pageSize, (BitConverter.ToUInt64(page, 8) & 0xFFFFF) + 16);
            if ((BitConverter.ToUInt64(page, 8) & 1u << 30) != 0) used = Math.Min(_pageSize, used + 8);
            page.AsSpan(used).Clear();
            var error = LibC.WriteAll(_target, page);
            if (error != 0)
            {
                (Failure, TargetFailed) = (-error, true);
                return;
            }
            Volatile.Write(ref _bytes, _bytes + _pageSize);
        }
    }

    /// <summary>
    /// Events the kernel dropped behind what was drained, when draining ended early: what is left in the buffer tells, as far as it has room to,
    /// and is thrown away. Tracing must be off.
    /// </summary>
    public long LostBehind()
    {
        var page = new byte[_pageSize];
        var lost = 0L;
        while (LibC.Read(_source, page) > 0) lost += CpuCounts.LostBefore(page);
        return lost;
    }

    /// <summary>Moves what fits into the pipe; 0 when there is no full sub-buffer.</summary>
    private long Move()
    {
        var taken = LibC.Splice(_source, null, _pipeWrite, null, (nuint)_chunk, LibC.MoveNonBlocking);
        if (taken <= 0)
        {
            var error = taken == 0 ? 0 : LibC.Error;
            if (error is not (0 or LibC.TryAgain or LibC.Interrupted)) Failure = error;
            return 0;
        }
        for (var left = taken; left > 0;)
        {
            var put = LibC.Splice(_pipeRead, null, _target, null, (nuint)left, 1);
            if (put < 0 && LibC.Error == LibC.Interrupted) continue;
            if (put <= 0)
            {
                (Failure, TargetFailed) = (put == 0 ? LibC.NoSpace : LibC.Error, true);
                return 0;
            }
            left -= put;
            Volatile.Write(ref _bytes, _bytes + put);
        }
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = LibC.Close(_source);
        _ = LibC.Close(_pipeRead);
        _ = LibC.Close(_pipeWrite);
    }
}

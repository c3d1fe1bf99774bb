using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>Copies the text of <c>trace_pipe</c>, which the kernel formats as it is read, to a file.</summary>
internal sealed unsafe class TextDrain : IDisposable
{
    private readonly int _source;
    private readonly int _target;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private long _bytes;

    /// <summary>Prepares.</summary>
    public TextDrain(TraceFs tracing, int target)
    {
        _target = target;
        _source = LibC.Open(tracing["trace_pipe"], LibC.ReadOnly | LibC.NonBlocking);
        if (_source < 0)
            throw new RecordingException(_source == -LibC.Busy ? ErrorCode.TracerInUse : ErrorCode.RecordingFailed,
                $"{tracing["trace_pipe"]} cannot be opened: {LibC.Describe(-_source)}.{(_source == -LibC.Busy ? " Somebody else is reading it; wait until they are done." : "")}");
    }

    /// <summary>Bytes in the file so far.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Why copying ended early; an error number, or 0.</summary>
    public int Failure { get; private set; }

    /// <summary>The target, not the trace, failed.</summary>
    public bool TargetFailed { get; private set; }

    /// <summary>Copies until told to stop.</summary>
    public void Run(int stop)
    {
        var files = stackalloc LibC.PollFile[2];
        while (Failure == 0)
        {
            files[0] = new LibC.PollFile { File = stop, Asked = LibC.PollIn };
            files[1] = new LibC.PollFile { File = _source, Asked = LibC.PollIn };
            _ = LibC.Poll(files, 2, 250);
            if (files[0].Got != 0) return;
            Copy();
        }
    }

    /// <summary>Copies what is left. Tracing must be off.</summary>
    public void Finish()
    {
        while (Failure == 0 && Copy() > 0) { }
    }

    private int Copy()
    {
        var n = LibC.Read(_source, _buffer);
        if (n is -LibC.TryAgain) return 0;
        if (n < 0)
        {
            Failure = -n;
            return 0;
        }
        var error = LibC.WriteAll(_target, _buffer.AsSpan(0, n));
        if (error != 0)
        {
            (Failure, TargetFailed) = (-error, true);
            return 0;
        }
        Volatile.Write(ref _bytes, _bytes + n);
        return n;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LibC.Close(_source);
}

using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>Copies the text of <c>trace_pipe</c>, which the kernel formats when it is read, to a file.</summary>
internal sealed unsafe class TextDrain : IDisposable
{
    private const int PollMilliseconds = 250;

    private readonly int _source;
    private readonly int _target;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private long _bytes;

    /// <summary>Opens <c>trace_pipe</c>.</summary>
    /// <param name="tracing">The directory of the instance.</param>
    /// <param name="target">The descriptor of the file.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TracerInUse"/> or
    /// <see cref="ErrorCode.RecordingFailed"/>.</exception>
    public TextDrain(TraceFs tracing, int target) => (_target, _source) = (target, tracing.OpenForReading("trace_pipe"));

    /// <summary>The number of bytes written.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The error that ended copying; its number is 0 when there was none.</summary>
    public DrainFailure Failure { get; private set; }

    /// <summary>Copies until a descriptor becomes readable.</summary>
    public void Run(int stop)
    {
        var files = stackalloc FileCalls.PollFile[2];
        while (!Failure.Exists)
        {
            files[0] = new FileCalls.PollFile { File = stop, Events = FileCalls.PollIn };
            files[1] = new FileCalls.PollFile { File = _source, Events = FileCalls.PollIn };
            _ = FileCalls.Poll(files, 2, PollMilliseconds);
            if (files[0].Ready != 0) return;
            Copy();
        }
    }

    /// <summary>Copies everything that is left. Tracing must be off.</summary>
    public void Finish()
    {
        while (!Failure.Exists && Copy() > 0) { }
    }

    private int Copy()
    {
        var n = FileCalls.Read(_source, _buffer);
        if (n is -Errno.TryAgain) return 0;
        if (n < 0)
        {
            Failure = new DrainFailure(-n, OfTarget: false);
            return 0;
        }
        var error = FileCalls.WriteAll(_target, _buffer.AsSpan(0, n));
        if (error != 0)
        {
            Failure = new DrainFailure(-error, OfTarget: true);
            return 0;
        }
        Volatile.Write(ref _bytes, _bytes + n);
        return n;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = FileCalls.Close(_source);
}

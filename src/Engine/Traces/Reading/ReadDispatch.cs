namespace KernelMagnifier.Traces.Reading;

/// <summary>What a reader needs to know of one reading, whatever the sink receives: threads, progress and cancellation.</summary>
internal abstract class ReadDispatch(TraceReadOptions options, CancellationToken cancel)
{
    private long _nextProgress;

    /// <summary>How to read.</summary>
    private protected TraceReadOptions Options => options;

    /// <summary>Cancels the reading.</summary>
    public CancellationToken Cancel => cancel;

    /// <summary>The number of threads to read with.</summary>
    public int Threads { get; } = options.Threads > 0 ? options.Threads : Math.Max(1, Environment.ProcessorCount);

    /// <summary>Whether the recording comes from a pipe that grows, so that what has arrived must not wait for more.</summary>
    public bool Grows => options.Grows;

    /// <summary>Called before <see cref="Idle"/> has the sink pass on what it holds back; null for nothing.</summary>
    public Action? OnIdle { get; set; }

    /// <summary>Tells the sink that no record comes for the moment. For the calling thread only.</summary>
    public void Idle()
    {
        OnIdle?.Invoke();
        IdleSink();
    }

    private protected abstract void IdleSink();

    /// <summary>The lost events in the part that was read, if the reading was stopped.</summary>
    public long LostBeforeStop { get; set; }

    /// <summary>
    /// Reports the progress at most ten times a second, and throws if the reading is cancelled. For the calling thread only.
    /// </summary>
    public void Progress(long done, long total)
    {
        cancel.ThrowIfCancellationRequested();
        if (options.Progress is null) return;
        var now = Environment.TickCount64;
        if (now < _nextProgress) return;
        _nextProgress = now + 100;
        options.Progress(new TraceProgress(done, total));
    }
}

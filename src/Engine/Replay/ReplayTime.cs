namespace KernelMagnifier.Replay;

/// <summary>The time by which a recording is watched. Tests have their own.</summary>
internal abstract class ReplayTime
{
    /// <summary>Nanoseconds from an arbitrary start. They never go back.</summary>
    public abstract long Now { get; }

    /// <summary>Waits for about a time, or until it is cancelled.</summary>
    /// <param name="nanoseconds">How long; more than 0.</param>
    /// <param name="cancel">Ends the wait early with <see cref="OperationCanceledException"/>.</param>
    public abstract void Wait(long nanoseconds, CancellationToken cancel);
}

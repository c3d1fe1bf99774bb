namespace KernelMagnifier.Recording;

/// <summary>How far a recording is.</summary>
/// <param name="Elapsed">Time since tracing was switched on.</param>
/// <param name="Events">Events so far.</param>
/// <param name="EventsPerSecond">Events in the last second or so.</param>
/// <param name="Bytes">Bytes written so far.</param>
/// <param name="LostEvents">Events the kernel dropped so far.</param>
public readonly record struct RecordingProgress(TimeSpan Elapsed, long Events, long EventsPerSecond, long Bytes, long LostEvents)
{
    /// <summary>How much of what was asked is done, 0 to 100, by time or by size, whichever comes to its end sooner; null when neither was given.</summary>
    public int? PercentOf(RecordingRequest asked)
    {
        double? done = asked.Duration is { } duration ? Elapsed / duration : null;
        if (asked.MaxSize is { } size && (double)Bytes / size is var share && !(done > share)) done = share;
        return done is { } part ? (int)Math.Clamp(part * 100, 0, 100) : null;
    }
}

namespace KernelMagnifier.Recording;

/// <summary>The progress of a recording.</summary>
/// <param name="Elapsed">Time since tracing was switched on.</param>
/// <param name="Events">Number of events so far.</param>
/// <param name="EventsPerSecond">Events per second, averaged over about one second.</param>
/// <param name="Bytes">Bytes written so far.</param>
/// <param name="LostEvents">Events that the kernel has lost so far.</param>
public readonly record struct RecordingProgress(TimeSpan Elapsed, long Events, long EventsPerSecond, long Bytes, long LostEvents)
{
    /// <summary>
    /// The progress in percent, 0 to 100, towards the requested duration or size, whichever is closer; null when neither was
    /// requested.
    /// </summary>
    internal int? PercentOf(RecordingRequest request)
    {
        double? done = request.Duration is { } duration ? Elapsed / duration : null;
        if (request.MaxSize is { } size && (double)Bytes / size is var share && !(done > share)) done = share;
        return done is { } part ? (int)Math.Clamp(part * 100, 0, 100) : null;
    }
}

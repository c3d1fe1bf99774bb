namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>How Watch-KmTrace reads a recording.</summary>
/// <param name="Speed">The speed; null for as fast as possible, and for records that come by themselves.</param>
/// <param name="Grows">Whether the recording can grow while it is read.</param>
internal sealed record WatchOptions(double? Speed, bool Grows)
{
    /// <summary>Whether lines of text are written instead of objects.</summary>
    public bool AsText { get; init; }

    /// <summary>Receives the text; null for the pipeline.</summary>
    public Stream? Text { get; init; }
}

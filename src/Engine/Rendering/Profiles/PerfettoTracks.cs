namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// The numbers of tracks in a Perfetto trace. Those of stacks begin with 1; each other kind has a range of its own.
/// </summary>
internal static class PerfettoTracks
{
    private const long Range = 1L << 40;

    /// <summary>The processes of calls, by pid.</summary>
    public const long Processes = Range;

    /// <summary>The notes about the limits of the profile.</summary>
    public const long Notes = Processes - 1;

    /// <summary>The interrupt vectors that Perfetto has no track for, by CPU.</summary>
    public const long Vectors = 2 * Range;

    /// <summary>The lost events, by CPU.</summary>
    public const long Losses = 3 * Range;

    /// <summary>The system calls that a recording knows by name only, by pid.</summary>
    public const long Syscalls = 4 * Range;

    /// <summary>The critical paths, by number.</summary>
    public const long Paths = 5 * Range;

    /// <summary>The track that contains those of the kind of a track.</summary>
    public static long GroupOf(long track) => (track / Range * Range) + Range - 1;
}

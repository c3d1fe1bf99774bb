namespace KernelMagnifier.Probes.Results;

/// <summary>The kinds of results, as <see cref="ProbeResult.Kind"/> names them.</summary>
internal static class ResultKind
{
    /// <summary>One value of a map.</summary>
    public const string Map = "Map";

    /// <summary>A histogram of a map.</summary>
    public const string Histogram = "Histogram";

    /// <summary>Statistics of a map.</summary>
    public const string Stats = "Stats";

    /// <summary>A line of printf.</summary>
    public const string Line = "Line";

    /// <summary>The output of time().</summary>
    public const string Time = "Time";

    /// <summary>The output of cat, join or print.</summary>
    public const string Text = "Text";

    /// <summary>Lost events.</summary>
    public const string Lost = "Lost";

    /// <summary>A helper of the kernel that failed.</summary>
    public const string HelperError = "HelperError";

    /// <summary>An error of bpftrace.</summary>
    public const string Error = "Error";

    /// <summary>Output that cannot be read.</summary>
    public const string Unknown = "Unknown";

    /// <summary>The summary of a run.</summary>
    public const string Run = "Run";

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Map, Histogram, Stats, Line, Time, Text, Lost, HelperError, Error, Unknown, Run];
}

using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Results;

/// <summary>
/// One result of a bpftrace program: a value or a histogram of a map, a line that it printed, lost events, an error, or the
/// summary of a run. What is null does not apply or is not known. All texts come from the traced system and are untrusted.
/// </summary>
public sealed class ProbeResult
{
    internal ProbeResult(string kind) => Kind = kind;

    /// <summary>The name of the probe; null if it is not known.</summary>
    public string? Probe { get; internal init; }

    /// <summary>
    /// What it is: <c>Map</c> (one value of a map), <c>Histogram</c>, <c>Stats</c>, <c>Line</c> (of printf), <c>Time</c>,
    /// <c>Text</c> (of cat, join or print), <c>Lost</c>, <c>HelperError</c>, <c>Error</c>, <c>Unknown</c> (a line of output that
    /// cannot be read), or <c>Run</c> (the summary of a run).
    /// </summary>
    public string Kind { get; }

    /// <summary>The map with its <c>@</c>, the declared name of a line, or the helper that failed.</summary>
    public string? Name { get; internal init; }

    /// <summary>The key in a map without its stack, as bpftrace prints it: several parts are joined by commas.</summary>
    public string? Key { get; internal init; }

    /// <summary>
    /// The parts of the key by their declared names, in their order. Null if none are declared, or if the key can be divided in
    /// several ways, because a text in it has a comma.
    /// </summary>
    public IReadOnlyDictionary<string, object?>? Keys { get; internal init; }

    /// <summary>The value: a number, a text, or an array of the parts of a tuple.</summary>
    public object? Value { get; internal init; }

    /// <summary>
    /// The unit of all numbers of the result. The histogram of a time is in <c>ns</c>, whatever unit the program counts in.
    /// </summary>
    public string? Unit { get; internal init; }

    /// <summary>The kind of the intervals that a histogram counts, such as <c>Wakeup</c>, as Measure-KmLatency names
    /// them.</summary>
    public string? Interval { get; internal init; }

    /// <summary>The number of values of a histogram or of statistics.</summary>
    public long? Count { get; internal init; }

    /// <summary>The sum of the values of statistics.</summary>
    public long? Total { get; internal init; }

    /// <summary>The lower end of the first range of a histogram that has values; null if that range has none.</summary>
    public long? Minimum { get; internal init; }

    /// <summary>The greatest value that the last range of a histogram can hold; null if that range has no end.</summary>
    public long? Maximum { get; internal init; }

    /// <summary>The mean of statistics.</summary>
    public double? Mean { get; internal init; }

    /// <summary>The greatest value of the range that holds the median of a histogram; null if that range has no end.</summary>
    public long? P50 { get; internal init; }

    /// <summary>The greatest value of the range that holds the 90th percentile of a histogram.</summary>
    public long? P90 { get; internal init; }

    /// <summary>The greatest value of the range that holds the 99th percentile of a histogram.</summary>
    public long? P99 { get; internal init; }

    /// <summary>
    /// The ranges of a histogram that have values, in ascending order. Values below all ranges are in one that begins at the
    /// least number of 64 bits.
    /// </summary>
    public IReadOnlyList<LatencyBucket>? Histogram { get; internal init; }

    /// <summary>
    /// The values of a line by their declared names, and those of the summary of a run. PowerShell also shows them as properties.
    /// Null if nothing is declared, or if the line can be divided in several ways.
    /// </summary>
    public IReadOnlyDictionary<string, object?>? Fields { get; internal init; }

    /// <summary>The functions of the stack in the key, the value or the line, innermost first.</summary>
    public IReadOnlyList<string>? Stack { get; internal init; }

    /// <summary>The stack with the offset in each function, as <c>function+offset</c>.</summary>
    public IReadOnlyList<string>? Frames { get; internal init; }

    /// <summary>What was printed, or the message of an error.</summary>
    public string? Text { get; internal init; }

    /// <summary>The number of events that were lost.</summary>
    public long? LostEvents { get; internal init; }

    /// <summary>Which print of its map this is, from 1 on. A map can be printed several times in a run, and grow
    /// between.</summary>
    public int? Print { get; internal init; }

    /// <summary>When it was received; null for stored output, which has no times.</summary>
    public DateTimeOffset? ReceivedAt { get; internal init; }

    /// <summary>The run that it comes from; null for a copy.</summary>
    internal object? Run { get; init; }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(ProbeResultText.Of(this));
}

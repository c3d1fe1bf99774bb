using KernelMagnifier.Model;
using KernelMagnifier.Native;

namespace KernelMagnifier.Replay;

/// <summary>At which speed recordings are watched.</summary>
internal static class ReplayPace
{
    /// <summary>The least and the greatest speed.</summary>
    public const double Slowest = 0.1, Fastest = 1000;

    /// <summary>Puts a clock in front of a sink.</summary>
    /// <param name="sink">The sink, of calls or of events.</param>
    /// <param name="clock">The clock; null for as fast as possible, and for records that come by themselves.</param>
    public static TraceSink Of(TraceSink sink, ReplayClock? clock) => clock is null ? sink : sink switch
    {
        EventSink events => new PacedEvents(events, clock),
        CallSink calls => new PacedCalls(calls, clock),
        _ => throw new ArgumentException($"A {sink.GetType().Name} cannot be paced.", nameof(sink)),
    };

    /// <summary>
    /// The speed at which a recording is watched if none is given: its own; null for one that comes by itself, from standard
    /// input or a FIFO.
    /// </summary>
    public static double? DefaultOf(string path) => ComesByItself(path) ? null : 1;

    /// <summary>Whether a recording can grow while it is read.</summary>
    public static bool ComesByItself(string path) => path == "-" || Ownership.Following(path) is { IsFile: false };
}

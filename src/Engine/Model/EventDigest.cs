namespace KernelMagnifier.Model;

/// <summary>
/// A kernel event reduced to the numbers that a sink needs. A thread that decodes makes it from the record, so that the thread of
/// the sink reads a few bytes instead of the record, which another core has written.
/// </summary>
internal struct EventDigest
{
    /// <summary>The time, in nanoseconds or counts (<see cref="TraceInfo.ClockUnit"/>).</summary>
    public long Time;

    /// <summary>Two numbers, whose meaning <see cref="Kind"/> decides.</summary>
    public int A, B;

    /// <summary>The pid of the task in whose context the event was recorded; -1 if not known.</summary>
    public int ProcessId;

    /// <summary>What <see cref="EventDigester.KindOf"/> returned for the schema.</summary>
    public byte Kind;

    /// <summary>A small number, whose meaning <see cref="Kind"/> decides.</summary>
    public byte Detail;

    /// <summary>The execution context.</summary>
    public ExecutionContext Context;
}

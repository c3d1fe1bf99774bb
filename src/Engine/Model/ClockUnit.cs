namespace KernelMagnifier.Model;

/// <summary>What the timestamps of a recording count.</summary>
public enum ClockUnit
{
    /// <summary>Nanoseconds; shown as seconds.</summary>
    Nanoseconds,

    /// <summary>Counts of a clock that is no time: <c>counter</c>, <c>x86-tsc</c>.</summary>
    Counts,
}

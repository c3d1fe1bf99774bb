namespace KernelMagnifier.Model;

/// <summary>The unit of the timestamps of a recording.</summary>
public enum ClockUnit
{
    /// <summary>Nanoseconds, shown as seconds.</summary>
    Nanoseconds,

    /// <summary>Counts of a clock that does not count time, such as <c>counter</c> and <c>x86-tsc</c>.</summary>
    Counts,
}

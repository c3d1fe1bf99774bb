namespace KernelMagnifier.Probes.Results;

/// <summary>The units of time that a manifest can name.</summary>
internal static class TimeUnits
{
    /// <summary>The nanoseconds of a unit; null for one that is no time.</summary>
    public static long? Nanoseconds(string? unit) => unit switch
    {
        "ns" => 1,
        "us" or "µs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        _ => null,
    };

    /// <summary>A product that stays at the greatest or least number instead of an overflow.</summary>
    public static long Multiply(long number, long factor)
        => (long)Int128.Clamp((Int128)number * factor, long.MinValue, long.MaxValue);
}

namespace KernelMagnifier.Model;

/// <summary>The values that a call or an edge outside a reading can have.</summary>
internal static class CallLimits
{
    /// <summary>The number of CPUs that a call can be on.</summary>
    public const int MostCpus = 65_536;

    /// <summary>The most calls of one edge or count, so that sums of them do not overflow.</summary>
    public const long MostCalls = 1_000_000_000_000_000;

    /// <summary>The longest time in seconds that nanoseconds can count. Larger timestamps are counts of a clock.</summary>
    public const double LongestSeconds = 9.2e9;

    /// <summary>Returns a number that is not negative; -1 for one that is not known.</summary>
    public static int Number(int? number, int most, string name)
    {
        if (number is not { } value) return -1;
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
        return value;
    }

    /// <summary>Returns a time of the trace clock in nanoseconds.</summary>
    public static long Time(double? seconds, string name)
    {
        if (seconds is not { } value) return CallRecord.NoTime;
        // A comparison that NaN fails too.
        if (!(Math.Abs(value) < LongestSeconds))
            throw new ArgumentOutOfRangeException(name, value, "This time is not possible.");
        return (long)Math.Round(value * 1e9);
    }

    /// <summary>Returns a duration in nanoseconds.</summary>
    public static long Duration(double? microseconds, string name)
    {
        if (microseconds is not { } value) return CallRecord.NoDuration;
        if (!(value >= 0 && value < LongestSeconds * 1e6))
            throw new ArgumentOutOfRangeException(name, value, "This duration is not possible.");
        return (long)Math.Round(value * 1e3);
    }

    /// <summary>Returns an execution context.</summary>
    public static ExecutionContext Context(string? context, string name)
        => TryContext(context, out var value) ? value
            : throw new ArgumentException($"There is no execution context '{context}'.", name);

    /// <summary>
    /// Parses the name of an execution context, whatever its case; no text is <see cref="ExecutionContext.Unknown"/>.
    /// </summary>
    public static bool TryContext(string? text, out ExecutionContext context)
    {
        context = ExecutionContext.Unknown;
        if (string.IsNullOrEmpty(text)) return true;
        foreach (var value in Enum.GetValues<ExecutionContext>())
        {
            if (!value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)) continue;
            context = value;
            return true;
        }
        return false;
    }
}

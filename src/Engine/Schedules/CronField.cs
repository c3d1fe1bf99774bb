namespace KernelMagnifier.Schedules;

/// <summary>A field of a line of crontab(5).</summary>
/// <param name="Text">Its text.</param>
/// <param name="Values">The numbers that it means.</param>
internal sealed record CronField(string Text, IReadOnlySet<int> Values)
{
    /// <summary>A field of all numbers.</summary>
    public static CronField All(int least, int most) => new("*", Enumerable.Range(least, most - least + 1).ToHashSet());

    /// <summary>Whether it means a number.</summary>
    public bool Has(int value) => Values.Contains(value);
}

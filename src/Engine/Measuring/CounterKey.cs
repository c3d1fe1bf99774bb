namespace KernelMagnifier.Measuring;

/// <summary>What a counter counts.</summary>
/// <param name="Name">The name of the counter.</param>
/// <param name="Unit">The unit in UCUM.</param>
/// <param name="Scale">How many units one count of the kernel is.</param>
/// <param name="Attributes">What it is of: names and values in turns, separated by NUL.</param>
internal readonly record struct CounterKey(string Name, string Unit, double Scale, string Attributes)
{
    private const char Separator = '\0';

    /// <summary>Whether its value is one at a time instead of a growth.</summary>
    public bool IsGauge => Name == CounterSnapshot.Processes;

    /// <summary>Whether it counts pressure.</summary>
    public bool IsPressure => Name == CounterSnapshot.Pressure;

    /// <summary>Whether it begins at 0 when its line appears: an interrupt that is requested during the measurement.</summary>
    public bool IsFromStart => Name == CounterSnapshot.Interrupts;

    /// <summary>Joins attributes.</summary>
    public static string Join(params ReadOnlySpan<string> attributes) => string.Join(Separator, attributes);

    /// <summary>The counter with a number of counts.</summary>
    public MeasuredCounter ToCounter(ulong counts)
    {
        var parts = Attributes.Length == 0 ? [] : Attributes.Split(Separator);
        return new MeasuredCounter
        {
            Name = Name, Unit = Unit, Value = counts * Scale, IsGauge = IsGauge,
            Attributes = parts.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]),
        };
    }
}

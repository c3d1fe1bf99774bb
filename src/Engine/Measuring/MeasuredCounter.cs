using KernelMagnifier.Text;

namespace KernelMagnifier.Measuring;

/// <summary>A counter of the kernel over the time of a measurement.</summary>
public sealed record MeasuredCounter
{
    /// <summary>The name, by OpenTelemetry's conventions where there is one, such as <c>system.cpu.time</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the value is of, such as <c>cpu</c> = <c>0</c>.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>The unit in UCUM: <c>s</c>, <c>ns</c>, <c>By</c>, or <c>{interrupt}</c> for a number of them.</summary>
    public required string Unit { get; init; }

    /// <summary>How much it grew during the measurement, or with <see cref="IsGauge"/> its value at the end.</summary>
    public required double Value { get; init; }

    /// <summary>Whether it is a value at a time instead of a growth.</summary>
    public bool IsGauge { get; init; }

    /// <inheritdoc/>
    public override string ToString()
        => TerminalText.Escape($"{Name}{{{string.Join(", ", Attributes.Select(a => $"{a.Key}={a.Value}"))}}} {Value} {Unit}");
}

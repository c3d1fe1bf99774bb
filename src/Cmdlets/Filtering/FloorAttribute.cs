using System.Management.Automation;
using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Filtering;

/// <summary>
/// Converts a percentile (<c>p99</c>) or a duration (<c>5ms</c>, a number of seconds, a time span) to text that
/// <see cref="IntervalFloor"/> reads.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FloorAttribute : ArgumentTransformationAttribute
{
    private static readonly DurationAttribute Duration = new();

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if ((inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is string text)
        {
            if (IntervalFloor.Parse(text) is not null) return text;
            if (!text.Contains(':', StringComparison.Ordinal))
                throw new ArgumentTransformationMetadataException(
                    $"'{TerminalText.Escape(text)}' is not {IntervalFloor.Expected}, nor a TimeSpan.");
        }
        // To PowerShell, 200us is a number.
        var span = (TimeSpan)Duration.Transform(engineIntrinsics, inputData)!;
        return $"{DurationText.Nanoseconds(span)}ns";
    }
}

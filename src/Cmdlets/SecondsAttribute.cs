using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Cmdlets;

/// <summary>Converts a number to a time span of that many seconds. PowerShell itself converts numbers to ticks.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecondsAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var seconds = value switch
        {
            int or long or double or float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => double.NaN,
        };
        if (double.IsNaN(seconds)) return inputData;
        return seconds > 0 && seconds <= RecordingRequest.LongestDuration.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentTransformationMetadataException(
                $"'{value}' is not a valid duration. Give a number of seconds greater than 0 and at most "
                    + $"{RecordingRequest.LongestDuration.TotalSeconds:0}, or a TimeSpan.");
    }
}

using System.Globalization;
using System.Management.Automation;

namespace KernelMagnifier.Cmdlets;

/// <summary>Lets a time span be given as a number of seconds, which PowerShell would take for ticks.</summary>
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
        if (seconds is <= 0 or > 1e9) throw new ArgumentTransformationMetadataException($"'{value}' is no duration: a number of seconds more than 0, or a TimeSpan.");
        return TimeSpan.FromSeconds(seconds);
    }
}

using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>
/// Converts a duration to a time span: text with a unit (<c>5ms</c>, <c>200us</c>), and a number, which is in seconds. PowerShell
/// itself converts numbers to ticks. A fraction of 100 ns is cut off.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is TimeSpan span && span >= TimeSpan.Zero) return span;
        // To PowerShell, 200us is a number of the type UInt16 and 1.5s one of the type Int16, which it rounds. Its wrapper has
        // the text.
        if (inputData is PSObject && value is not string && DurationText.TryParse($"{inputData}", out var typed))
            return TimeSpan.FromTicks(typed / TimeSpan.NanosecondsPerTick);
        var text = value switch
        {
            string given => given,
            // From a variable; no other spelling of a number has this type.
            ushort microseconds => $"{microseconds}us",
            short or int or long or double or float or decimal => Decimal(value),
            _ => null,
        };
        // Text such as 0:00:05 is a time span.
        if (value is string && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out span) && text!.Contains(':', StringComparison.Ordinal)
            && span >= TimeSpan.Zero)
            return span;
        return text is not null && DurationText.TryParse(text, out var nanoseconds)
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : throw new ArgumentTransformationMetadataException(
                $"'{TerminalText.Escape($"{value}")}' is not {DurationText.Expected}, nor a TimeSpan.");
    }

    private static string? Decimal(object number)
    {
        try
        {
            return Convert.ToDecimal(number, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}

using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Probes;

/// <summary>
/// Converts a number of days to a time span: <c>30d</c>, <c>4w</c>, <c>12h</c>, and a number, which is in days. To PowerShell, 30d is
/// the number 30 of the type Decimal.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DaysAttribute : ArgumentTransformationAttribute
{
    private const double Most = 36_500;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is TimeSpan span && span >= TimeSpan.Zero) return span;
        var text = string.Create(CultureInfo.InvariantCulture, $"{value}").Trim();
        var unit = text is [.., 'd' or 'w' or 'h'] ? text[^1] : 'd';
        if (double.TryParse(text.TrimEnd(unit), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && unit switch { 'w' => number * 7, 'h' => number / 24, _ => number } is >= 0 and <= Most and var days)
            return TimeSpan.FromDays(days);
        throw new ArgumentTransformationMetadataException(
            $"'{TerminalText.Escape(text)}' is not a number of days such as 30d, 4w or 12h, nor a TimeSpan.");
    }
}

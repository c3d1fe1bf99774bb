using System.Management.Automation;
using KernelMagnifier.Logs;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>
/// Converts what limits a reading of logs to a time: a date, or a duration such as <c>7d</c>, which means so long ago.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LogTimeAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var now = DateTimeOffset.UtcNow;
        switch (inputData is PSObject wrapped ? wrapped.BaseObject : inputData)
        {
            case DateTimeOffset time: return time;
            case DateTime time: return Local(time);
            case TimeSpan ago when ago >= TimeSpan.Zero && ago.Ticks < now.UtcTicks: return now - ago;
            default:
                // To PowerShell, 7d is a number. Its wrapper has the text.
                return LogTime.Parse($"{inputData}", now) ?? throw new ArgumentTransformationMetadataException(
                    $"'{TerminalText.Escape($"{inputData}")}' is not {LogTime.Expected}, nor a DateTime or TimeSpan.");
        }
    }

    private static DateTimeOffset Local(DateTime time)
    {
        // Times at both ends of the calendar have no place in other time zones.
        try
        {
            return new DateTimeOffset(time);
        }
        catch (ArgumentOutOfRangeException)
        {
            return new DateTimeOffset(time.Ticks, TimeSpan.Zero);
        }
    }
}

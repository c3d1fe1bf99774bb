using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Replay;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes the counts of time ranges.</summary>
internal static class WindowCounts
{
    /// <summary>A count as a line, without its end.</summary>
    /// <param name="count">The count.</param>
    /// <param name="asJson">Whether it is a JSON object.</param>
    public static string Line(in WindowCount count, bool asJson)
    {
        var (from, until) = (Number(count.From), Number(count.Until));
        return asJson
            ? $"{{\"from\":{from},\"until\":{until},"
                + $"\"{(count.IsCall ? "function" : "event")}\":\"{JsonEncodedText.Encode(count.Name)}\","
                + $"\"{(count.IsCall ? "calls" : "events")}\":{count.Count.ToString(CultureInfo.InvariantCulture)}}}"
            : $"{from,16} {until,16} {count.Count.ToString(CultureInfo.InvariantCulture),12}  {TerminalText.Escape(count.Name)}";
    }

    private static string Number(double time) => time.ToString(CultureInfo.InvariantCulture);
}

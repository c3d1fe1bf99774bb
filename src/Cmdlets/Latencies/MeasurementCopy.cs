using System.Management.Automation;
using System.Text;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>
/// Makes measurements of their copies that come back from a file or another process. A copy carries the line of its log, which
/// is untrusted.
/// </summary>
internal static class MeasurementCopy
{
    private const string Type = "KernelMagnifier.Measuring.Measurement", Line = "LogLine";

    /// <summary>The measurement that an object is, or is a copy of; null for another object.</summary>
    /// <exception cref="InputException">The line of a copy is no record.</exception>
    public static Measurement? Of(object? input)
    {
        if ((input is PSObject wrapped ? wrapped.BaseObject : input) is Measurement record) return record;
        if (input is null || new InputProperties(input) is var copy && !LatencyCopy.Is(copy, Type)) return null;
        var line = copy.Text(Line) ?? throw new InputException(Line, null, "a measurement");
        return MeasurementJson.Read(Encoding.UTF8.GetBytes(line)).Record
            ?? throw new InputException(Line, line, "the line of a record");
    }
}

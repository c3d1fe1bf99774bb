using System.Globalization;
using KernelMagnifier.Benchmarks.Generation;

namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>Numbers as the table shows them.</summary>
internal static class Numbers
{
    public const long Mega = 1_000_000;

    /// <summary>Three significant digits.</summary>
    public static string Short(double value)
        => value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);

    /// <summary>Seconds, or milliseconds below one second.</summary>
    public static string Seconds(double seconds) => seconds < 1 ? $"{Short(seconds * 1000)} ms" : $"{Short(seconds)} s";

    public static string Megabytes(long bytes) => $"{Short(bytes / 1e6)} MB";

    public static string Size(GeneratedRecording recording) => $"{recording.Bytes / Mega} MB";

    public static string Calls(GeneratedRecording recording) => $"{Millions(recording)} calls";

    public static string Events(GeneratedRecording recording) => $"{Millions(recording)} events";

    private static string Millions(GeneratedRecording recording)
        => $"{(recording.Calls / 1e6).ToString("F1", CultureInfo.InvariantCulture)} million";
}

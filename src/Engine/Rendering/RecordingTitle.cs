using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering;

/// <summary>Titles made of the names of recordings. Untrusted text.</summary>
internal static class RecordingTitle
{
    private const int MostNames = 3, LongestName = 100, LongestTitle = 110;

    /// <summary>The name of a recording: its file name, or "standard input".</summary>
    public static string Name(TraceInfo trace)
        => trace.Path == "-" ? "standard input" : DisplayText.Shorten(Path.GetFileName(trace.Path), LongestName);

    /// <summary>The names of up to three recordings, and the number of the others; empty when there is none.</summary>
    public static string Names(IReadOnlyCollection<TraceInfo> traces)
        => string.Join(", ", traces.Take(MostNames).Select(Name))
            + (traces.Count > MostNames ? $" and {traces.Count - MostNames} more" : "");

    /// <summary>A title for the calls of recordings.</summary>
    public static string Of(IReadOnlyCollection<TraceInfo> traces)
        => traces.Count == 0 ? "Calls" : DisplayText.Shorten($"Calls in {Names(traces)}", LongestTitle);
}

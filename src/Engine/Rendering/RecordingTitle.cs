using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering;

/// <summary>Titles made of the names of recordings. Untrusted text.</summary>
internal static class RecordingTitle
{
    private const int MostNames = 3, LongestName = 100, LongestTitle = 110;

    /// <summary>The names of up to three recordings, and the number of the others; empty when there is none.</summary>
    /// <param name="paths">The paths of the recordings; <c>-</c> is standard input.</param>
    public static string Names(IReadOnlyList<string> paths)
        => string.Join(", ", paths.Take(MostNames).Select(Name))
            + (paths.Count > MostNames ? $" and {paths.Count - MostNames} more" : "");

    /// <inheritdoc cref="Names(IReadOnlyList{string})"/>
    public static string Names(IEnumerable<TraceInfo> traces) => Names([.. traces.Select(t => t.Path)]);

    /// <summary>A title for the calls of recordings.</summary>
    public static string Of(IReadOnlyCollection<TraceInfo> traces)
        => traces.Count == 0 ? "Calls" : DisplayText.Shorten($"Calls in {Names(traces)}", LongestTitle);

    private static string Name(string path)
        => path == "-" ? "standard input" : DisplayText.Shorten(Path.GetFileName(path), LongestName);
}

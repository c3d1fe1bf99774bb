using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering;

/// <summary>Titles made of the names of recordings. Untrusted text.</summary>
internal static class RecordingTitle
{
    private const int MostNames = 3, LongestName = 100, LongestPath = 200, LongestTitle = 110;

    /// <summary>The names of up to three recordings, and the number of the others; empty when there is none.</summary>
    /// <param name="paths">The paths of the recordings; <c>-</c> is standard input.</param>
    public static string Names(IReadOnlyList<string> paths)
        => Names([.. paths.Take(MostNames).Select(Name)], paths.Count);

    /// <summary>The same, with the path of each recording whose name is not enough.</summary>
    /// <param name="paths">The paths of the recordings.</param>
    /// <param name="shared">The names that are not enough, of <see cref="Shared"/>.</param>
    public static string Names(IReadOnlyList<string> paths, IReadOnlySet<string> shared)
        => Names([.. paths.Take(MostNames).Select(p => shared.Contains(Name(p)) ? DisplayText.Shorten(p, LongestPath) : Name(p))],
            paths.Count);

    /// <summary>The names that several of the paths have.</summary>
    public static IReadOnlySet<string> Shared(IEnumerable<string> paths)
        => paths.Distinct().GroupBy(Name).Where(group => group.Skip(1).Any()).Select(group => group.Key).ToHashSet();

    /// <inheritdoc cref="Names(IReadOnlyList{string})"/>
    public static string Names(IEnumerable<TraceInfo> traces) => Names([.. traces.Select(t => t.Path)]);

    /// <summary>A title for the calls of recordings.</summary>
    /// <param name="traces">The recordings.</param>
    /// <param name="what">What the title is about, if not calls.</param>
    public static string Of(IReadOnlyCollection<TraceInfo> traces, string what = "Calls")
        => traces.Count == 0 ? what : DisplayText.Shorten($"{what} in {Names(traces)}", LongestTitle);

    /// <summary>A title for the calls of recordings, of which some may be known by name only.</summary>
    /// <param name="traces">The recordings that were read.</param>
    /// <param name="names">The names of all recordings; null for one without a name.</param>
    /// <param name="what">What the title is about, if not calls.</param>
    public static string Of(IReadOnlyCollection<TraceInfo> traces, IEnumerable<string?> names, string what = "Calls")
    {
        if (traces.Count > 0) return Of(traces, what);
        var distinct = names.Distinct().ToList();
        return distinct.Count == 0 || distinct.Contains(null) ? Of(traces, what)
            : DisplayText.Shorten($"{what} in {Names(distinct.OfType<string>().ToList())}", LongestTitle);
    }

    private static string Names(string[] first, int all)
        => string.Join(", ", first) + (all > MostNames ? $" and {all - MostNames} more" : "");

    private static string Name(string path)
        => path == "-" ? "standard input" : DisplayText.Shorten(Path.GetFileName(path), LongestName);
}

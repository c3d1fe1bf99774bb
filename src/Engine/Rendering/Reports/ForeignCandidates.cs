using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Functions that a filter by source path takes because one of several functions of the name is there: without an address, a
/// recording does not tell which of them was called, and calls in other files come along. Untrusted text: escape it for a
/// terminal.
/// </summary>
internal sealed class ForeignCandidates
{
    // One function is enough to explain, and a common name has dozens of files.
    private const int MostExamples = 2, MostFiles = 3;

    private static readonly (string Property, Func<CallFilter, IReadOnlyList<string>> Of, string What)[] Lists =
    [
        (nameof(CallFilter.SourcePath), f => f.SourcePath, "selected"),
        (nameof(CallFilter.ExcludeSourcePath), f => f.ExcludeSourcePath, "excluded"),
    ];

    private readonly Dictionary<(string Property, string Values, string What), SortedDictionary<string, string>> _found = [];

    /// <summary>The sentences about the functions of edges that a filter by source path selected.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="edges">The edges.</param>
    /// <param name="name">The name of the parameter or option.</param>
    public static IEnumerable<string> Of(CallFilter filter, IEnumerable<CallEdge> edges, string name)
    {
        var candidates = new ForeignCandidates();
        candidates.Add([filter], edges.SelectMany(e => new[] { e.CallerSymbol, e.CalleeSymbol }));
        return candidates.Sentences(_ => name);
    }

    /// <summary>Adds the functions of a recording.</summary>
    public void Add(IEnumerable<CallFilter?> filters, IEnumerable<FunctionSymbol> functions)
    {
        foreach (var filter in filters.OfType<CallFilter>())
            foreach (var (property, of, what) in Lists)
            {
                var list = new SourcePathList(of(filter), property == nameof(CallFilter.SourcePath) && filter.AreSubstrings);
                if (list.IsEmpty) continue;
                foreach (var function in functions.Where(list.ContainsByName))
                {
                    var key = (property, string.Join(',', of(filter)), what);
                    if (!_found.TryGetValue(key, out var names)) _found[key] = names = new(StringComparer.Ordinal);
                    names.TryAdd($"{function}", Files(function));
                }
            }
    }

    /// <summary>A sentence for each list of a filter.</summary>
    /// <param name="nameOf">The name of a parameter or option for a property of <see cref="CallFilter"/>.</param>
    public IEnumerable<string> Sentences(Func<string, string> nameOf)
        => from found in _found
           let names = found.Value
           let shown = string.Join(", ", names.Take(MostExamples).Select(n => $"{DisplayText.Fit(n.Key, 60)} ({n.Value})"))
           let more = names.Count > MostExamples ? $" and {DisplayText.Number(names.Count - MostExamples)} more" : ""
           select $"{nameOf(found.Key.Property)} {found.Key.Values}: {DisplayText.Count(names.Count, "function")} "
               + $"{(names.Count == 1 ? "is" : "are")} {found.Key.What} by name, and the symbol map has functions of the same "
               + $"name elsewhere too: {shown}{more}. Only a recording with addresses (trace.dat, or text with the trace option "
               + "sym-addr) tells them apart.";

    private static string Files(FunctionSymbol function)
    {
        var files = function.Sources.Select(s => s.File).Distinct().ToList();
        var more = files.Count > MostFiles ? $", {DisplayText.Number(files.Count - MostFiles)} more" : "";
        return string.Join(", ", files.Take(MostFiles).Select(file => DisplayText.Fit(file, 60))) + more;
    }
}

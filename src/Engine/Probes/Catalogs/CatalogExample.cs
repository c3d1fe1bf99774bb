using KernelMagnifier.Probes.Results;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Catalogs;

/// <summary>
/// Chooses from the stored output of a probe what shows all its maps and lines: a few results of each name. bpftrace prints the
/// values of a map in ascending order, so the last ones are kept, and shown first.
/// </summary>
internal sealed class CatalogExample
{
    private const int MostOfAName = 6, MostNames = 64;

    private static readonly string[] Order =
        [ResultKind.Histogram, ResultKind.Stats, ResultKind.Map, ResultKind.Line, ResultKind.Text, ResultKind.Time];

    private readonly OrderedDictionary<(string Kind, string? Name), (List<ProbeResult> Kept, long Count)> _names = [];

    /// <summary>Takes the next result.</summary>
    public void Add(ProbeResult result)
    {
        var name = (result.Kind, result.Name);
        if (!_names.TryGetValue(name, out var found))
        {
            if (_names.Count == MostNames) return;
            found = ([], 0);
        }
        var (kept, count) = found;
        if (IsOfMap(result.Kind))
        {
            // A later print replaces the earlier ones.
            if (kept.Count > 0 && kept[0].Print != result.Print) kept.Clear();
            kept.Insert(0, result);
            if (kept.Count > MostOfAName) kept.RemoveAt(MostOfAName);
        }
        else if (kept.Count < MostOfAName)
        {
            kept.Add(result);
        }
        _names[name] = (kept, count + 1);
    }

    /// <summary>The chosen results as people read them: histograms, then maps, then lines. Untrusted text.</summary>
    public List<string> Lines()
    {
        var lines = new List<string>();
        foreach (var (name, (kept, count)) in _names.OrderBy(entry => Place(entry.Key.Kind)))
        {
            lines.AddRange(kept.Select(ProbeResultText.Of));
            if (count > kept.Count) lines.Add($"… and {DisplayText.Number(count - kept.Count)} more of {name.Name ?? name.Kind}");
        }
        return lines;
    }

    private static bool IsOfMap(string kind) => kind is ResultKind.Histogram or ResultKind.Stats or ResultKind.Map;

    private static int Place(string kind) => Array.IndexOf(Order, kind) is >= 0 and var place ? place : Order.Length;
}

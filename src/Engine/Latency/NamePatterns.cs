using KernelMagnifier.Selection;

namespace KernelMagnifier.Latency;

/// <summary>Names and wildcard patterns of a filter, which remember whether any name has matched them.</summary>
internal sealed class NamePatterns(IReadOnlyList<string> patterns)
{
    private readonly Glob[] _globs = [.. patterns.Select(pattern => new Glob(pattern))];
    private readonly bool[] _found = new bool[patterns.Count];

    /// <summary>Whether there is no pattern.</summary>
    public bool IsEmpty => _globs.Length == 0;

    /// <summary>The patterns that no name has matched.</summary>
    public IEnumerable<string> Unmatched => patterns.Where((_, at) => !_found[at]);

    /// <summary>Whether a pattern matches one of the names of a thing.</summary>
    public bool Contains(params ReadOnlySpan<string?> names)
    {
        var contains = false;
        for (var at = 0; at < _globs.Length; at++)
        {
            var matches = false;
            foreach (var name in names) matches |= name is not null && _globs[at].IsMatch(name);
            _found[at] |= matches;
            contains |= matches;
        }
        return contains;
    }
}

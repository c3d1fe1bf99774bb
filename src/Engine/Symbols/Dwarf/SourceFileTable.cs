using System.Collections.Concurrent;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The distinct source files of a walk, numbered from 0, for any number of threads.</summary>
internal sealed class SourceFileTable
{
    private readonly ConcurrentDictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _paths = [];

    /// <summary>The paths by their ids. Complete when the walk has ended.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The id of a path.</summary>
    public int IdOf(string path)
    {
        if (_ids.TryGetValue(path, out var id)) return id;
        lock (_paths)
        {
            if (_ids.TryGetValue(path, out id)) return id;
            _paths.Add(path);
            return _ids[path] = _paths.Count - 1;
        }
    }
}

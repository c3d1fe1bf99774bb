using System.Collections.Immutable;

namespace KernelMagnifier;

/// <summary>Function → source file and line, for one kernel build and its modules.</summary>
public sealed class SymbolMap : ISourceResolver
{
    private readonly Dictionary<string, ImmutableArray<SourceLocation>> _byName;

    private SymbolMap(string path, Dictionary<string, ImmutableArray<SourceLocation>> byName) => (Path, _byName) = (path, byName);

    /// <summary>The file the map was read from.</summary>
    public string Path { get; }

    /// <summary>Distinct function names.</summary>
    public int Count => _byName.Count;

    /// <inheritdoc/>
    public ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address) => _byName.GetValueOrDefault(name, []);

    /// <summary>Reads a map file: <c>symbol|path</c>, one line per function and file; a name may repeat.</summary>
    public static SymbolMap Load(string path)
    {
        var byName = new Dictionary<string, ImmutableArray<SourceLocation>>();
        foreach (var line in File.ReadLines(path))
        {
            var bar = line.IndexOf('|', StringComparison.Ordinal);
            if (bar <= 0) continue;
            var place = new SourceLocation(line[(bar + 1)..].TrimStart('/'), 0);
            var known = byName.GetValueOrDefault(line[..bar], []);
            if (!known.Contains(place)) byName[line[..bar]] = known.Add(place);
        }
        return new SymbolMap(path, byName);
    }
}

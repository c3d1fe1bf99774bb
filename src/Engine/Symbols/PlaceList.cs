using System.Collections.Immutable;
using KernelMagnifier.Model;

namespace KernelMagnifier.Symbols;

/// <summary>Source locations, each once, in the order of their addition.</summary>
/// <param name="most">The most additions. Few are compared with each other, which is faster than a set.</param>
internal readonly struct PlaceList(int most)
{
    private const int Few = 16;

    private readonly ImmutableArray<SourceLocation>.Builder _places = ImmutableArray.CreateBuilder<SourceLocation>();
    private readonly HashSet<SourceLocation>? _known = most > Few ? [] : null;

    /// <summary>The number of locations.</summary>
    public int Count => _places.Count;

    /// <summary>Adds a location unless it is there.</summary>
    public void Add(SourceLocation place)
    {
        if (_known is null ? !_places.Contains(place) : _known.Add(place)) _places.Add(place);
    }

    /// <summary>Returns the locations.</summary>
    public ImmutableArray<SourceLocation> Take() => _places.DrainToImmutable();
}

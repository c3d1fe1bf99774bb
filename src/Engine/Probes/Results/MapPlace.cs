using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Results;

/// <summary>Where a value of a map is.</summary>
/// <param name="Map">The map.</param>
/// <param name="Declared">What the manifest states of it; null for nothing.</param>
/// <param name="Print">Which print of the map this is.</param>
/// <param name="Key">The key without its stack; null for none.</param>
/// <param name="Keys">The parts of the key; null if they are not known.</param>
/// <param name="Frames">The frames of the stack in the key; null for none.</param>
internal readonly record struct MapPlace(
    string Map, OutputMap? Declared, int Print, string? Key = null, ResultFields? Keys = null, string[]? Frames = null)
{
    /// <summary>The functions of the stack in the key.</summary>
    public string[]? Functions => Frames is null ? null : StackText.Functions(Frames);
}

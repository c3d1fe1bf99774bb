namespace KernelMagnifier.Probes.Manifests;

/// <summary>A named part of the output: a part of the key of a map, or a field of a line.</summary>
/// <param name="Name">The name, which becomes a property: a letter, then letters and digits.</param>
/// <param name="Type"><c>integer</c>, <c>text</c>, <c>kstack</c> or <c>ustack</c>.</param>
/// <param name="Unit">The unit of a number; null for none.</param>
internal sealed record OutputValue(string Name, string Type, string? Unit);

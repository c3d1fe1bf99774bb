namespace KernelMagnifier.Recording;

/// <summary>Events of a preset that belong together.</summary>
/// <param name="Kinds">The kinds of intervals that need all of them; null for events that only tell more.</param>
/// <param name="Events">The events, as <c>system:event</c> with wildcards.</param>
internal sealed record EventPresetPart(string? Kinds, IReadOnlyList<string> Events);

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>A profile that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">What it is.</param>
/// <param name="Calls">Calls in it.</param>
/// <param name="Items">Distinct stacks, slices of a timeline, or edges of a graph.</param>
/// <param name="StacksAreRebuilt">The recording has no returns: stacks are rebuilt from who called whom.</param>
/// <param name="Note">What the user should know; null for nothing.</param>
public sealed record ProfileExport(string Path, string Format, long Calls, long Items, bool StacksAreRebuilt, string? Note);

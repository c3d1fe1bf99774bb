using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>A profile that was written to a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">The name of the format.</param>
/// <param name="Calls">The number of calls in the profile.</param>
/// <param name="Items">The number of distinct stacks, slices of a timeline, or edges of a graph.</param>
/// <param name="StacksAreRebuilt">Whether stacks were rebuilt from callers, because the recording has no returns.</param>
/// <param name="Note">Limits of the profile, for the user; null for none.</param>
public sealed record ProfileExport(string Path, string Format, long Calls, long Items, bool StacksAreRebuilt, string? Note)
{
    /// <summary>The number of kernel events in the profile; null if the format does not hold them.</summary>
    public long? Events { get; init; }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Path}: {Calls} calls");
}

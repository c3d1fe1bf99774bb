namespace KernelMagnifier.Rendering.Profiles;

/// <summary>A function, or a task, of a profile; its names are fit to be shown.</summary>
internal sealed record ProfileFrame(string Name, string? File, int? Line, bool IsTask);

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>A function or a task of a profile. Its texts are visible, see <see cref="Text.DisplayText.Visible"/>.</summary>
internal sealed record ProfileFrame(string Name, string? File, int? Line, bool IsTask);

namespace KernelMagnifier.Recording;

/// <summary>A setting that was changed, and what it was before.</summary>
internal sealed record SettingChange(string Directory, string Name, SettingKind Kind, string Before);

namespace KernelMagnifier.Recording;

/// <summary>A setting that was changed.</summary>
/// <param name="Directory">The tracing directory.</param>
/// <param name="Name">The file in it.</param>
/// <param name="Kind">How the setting is restored.</param>
/// <param name="Before">The content before the change; of a trigger or synthetic event, what is added.</param>
internal sealed record SettingChange(string Directory, string Name, SettingKind Kind, string Before);

using KernelMagnifier.Native;

namespace KernelMagnifier.Files;

/// <summary>A file that is read, which an output must not replace.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="File">The file.</param>
internal readonly record struct InputIdentity(string Name, FileIdentity File)
{
    /// <summary>The inputs that paths name. What does not exist, and devices, are left out.</summary>
    /// <param name="paths">The paths; <c>-</c> is standard input.</param>
    public static IReadOnlyList<InputIdentity> Of(IEnumerable<string> paths)
        => [.. paths.Select(path => Of(path, path == "-" ? Ownership.Of(0) : Follow(path))).OfType<InputIdentity>()];

    /// <summary>The identity of an open file; null for a device, which an output does not destroy.</summary>
    public static FileIdentity? Of(int file) => Of("", Ownership.Of(file))?.File;

    private static InputIdentity? Of(string name, Ownership? found)
        => found is { IsFile: true } or { IsFifo: true } ? new InputIdentity(name, found.Value.Identity) : null;

    private static Ownership? Follow(string path)
        => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) ? null : Ownership.Following(Path.GetFullPath(path));
}

using KernelMagnifier.Files;

namespace KernelMagnifier.Lab;

/// <summary>
/// The directory below <c>$XDG_CACHE_HOME/kernel-magnifier</c> with kernels, initial file systems and what is known of KVM.
/// </summary>
internal static class LabCache
{
    /// <summary>The directory. The live suite of the tests uses the same.</summary>
    public static string Folder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("KM_LIVE_CACHE") is { Length: > 0 } given) return Path.GetFullPath(given);
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (string.IsNullOrEmpty(cache) || !Path.IsPathFullyQualified(cache))
            {
                var home = Environment.GetEnvironmentVariable("HOME");
                cache = Path.Combine(string.IsNullOrEmpty(home) ? "/var/tmp" : home, ".cache");
            }
            return Path.Combine(cache, "kernel-magnifier", "live");
        }
    }

    /// <summary>The releases of the kernels in it.</summary>
    public static IReadOnlyList<string> Kernels()
    {
        var folder = Path.Combine(Folder, "kernels");
        if (!Directory.Exists(folder)) return [];
        return
        [
            .. Directory.EnumerateDirectories(folder).Select(kernel => Path.Combine(kernel, "boot")).Where(Directory.Exists)
                .SelectMany(boot => Directory.EnumerateFiles(boot, "vmlinuz-*"))
                .Select(image => Path.GetFileName(image)["vmlinuz-".Length..])
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Creates the directory. What is in it runs as root in guests that see this machine's files.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotSafe"/> or
    /// <see cref="ErrorCode.OutputNotWritable"/>.</exception>
    public static string Create()
    {
        var folder = Folder;
        try
        {
            PrivateDirectory.Create(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KernelMagnifierException(ErrorCode.OutputNotWritable, folder, error.Message, "Set XDG_CACHE_HOME.", error);
        }
        if (PrivateDirectory.WhyShared(folder) is { } why)
            throw new KernelMagnifierException(ErrorCode.OutputNotSafe, folder, $"others can change kernels in it: {why}.",
                "Give it to this user alone (chown, chmod go-w), or set XDG_CACHE_HOME.");
        return folder;
    }
}

using KernelMagnifier.Native;

namespace KernelMagnifier.Files;

/// <summary>Detects symbolic links that another user may have placed to redirect a write.</summary>
internal static class SymbolicLinks
{
    /// <summary>
    /// Refuses a path with a link, in its last or any other component, that is in a world-writable directory and belongs to
    /// neither this user nor root. (The kernel has a similar rule, which can be switched off: fs.protected_symlinks.)
    /// </summary>
    /// <param name="path">A full path.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotSafe"/>.</exception>
    public static void RefuseForeign(string path)
    {
        for (var at = path; at is not null && at != "/"; at = Path.GetDirectoryName(at))
        {
            if (Find(at) is { } link && link.User != 0 && link.User != ProcessCalls.EffectiveUser())
                throw Error(at, $" of user {link.User}");
        }
    }

    /// <summary>Refuses a path whose last component is a link in a world-writable directory, of any owner.</summary>
    /// <param name="path">A full path.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotSafe"/>.</exception>
    public static void RefuseAny(string path)
    {
        if (Find(path) is not null) throw Error(path, "");
    }

    private static Ownership? Find(string path)
        => Ownership.Of(path) is { IsLink: true } link && Ownership.Of(Path.GetDirectoryName(path)!) is { IsWorldWritable: true }
            ? link
            : null;

    private static KernelMagnifierException Error(string path, string owner)
        => new(ErrorCode.OutputNotSafe, path, $"it is a symbolic link{owner} in a world-writable directory and is not followed.",
            "Remove the link, or choose another path.");
}

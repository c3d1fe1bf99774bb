using System.Globalization;
using KernelMagnifier.Native;

namespace KernelMagnifier.Files;

/// <summary>
/// Directories whose files are trusted when they are read again, such as caches: no other user but root may have put them there.
/// </summary>
internal static class PrivateDirectory
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // As the kernel: MAXSYMLINKS.
    private const int MostLinks = 40;

    /// <summary>
    /// The reason that another user can place or replace files in a directory; null when none can. The directory and every
    /// directory above it must belong to this user or root and be writable by no other, or be sticky above it. A directory that
    /// does not exist yet is safe if those above it are.
    /// </summary>
    /// <param name="path">The directory.</param>
    public static string? WhyShared(string path)
    {
        var rest = new Stack<string>(Parts(Path.GetFullPath(path)).Reverse());
        var (at, links) = ("/", 0);
        while (true)
        {
            if (Ownership.Of(at) is not { } found) return null;
            if (found.User != 0 && found.User != ProcessCalls.EffectiveUser())
                return string.Create(CultureInfo.InvariantCulture, $"{at} belongs to user {found.User}");
            if (found.IsLink)
            {
                if (++links > MostLinks || File.ResolveLinkTarget(at, false) is not { } target) return $"{at} leads nowhere";
                foreach (var part in Parts(target.FullName).Reverse()) rest.Push(part);
                at = "/";
                continue;
            }
            // Nothing can be stored below a file.
            if (!found.IsDirectory) return null;
            if (IsWritableByOthers(found, isLast: rest.Count == 0)) return $"other users can write to {at}";
            if (rest.Count == 0) return null;
            at = Path.Combine(at, rest.Pop());
        }
    }

    /// <summary>Creates a directory and those above it that do not exist, which only this user can enter (0700).</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be created.</exception>
    public static void Create(string path)
    {
        // .NET gives the mode to the last directory only.
        if (Path.GetDirectoryName(path) is { Length: > 0 } above && !Directory.Exists(above)) Create(above);
        Directory.CreateDirectory(path, Owner);
    }

    /// <summary>The directory itself if it exists, or the nearest one above it that does.</summary>
    public static string Existing(string path)
        => Directory.Exists(path) || Path.GetDirectoryName(path) is not { Length: > 0 } above ? path : Existing(above);

    /// <summary>Removes a directory and those above it, as far as they are empty.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="until">The directory above it that is kept.</param>
    public static void RemoveEmpty(string path, string until)
    {
        for (var at = path; at.Length > until.Length && FileCalls.RemoveDirectory(at) == 0; at = Path.GetDirectoryName(at)!) { }
    }

    private static bool IsWritableByOthers(Ownership directory, bool isLast)
    {
        if (!directory.IsSharedWritable || (directory.IsSticky && !isLast)) return false;
        // A group that has the number of the user is its own (USERGROUPS_ENAB in login.defs(5)), and such users create files for
        // it.
        return isLast || directory.IsWorldWritable || directory.Group != directory.User;
    }

    private static string[] Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}

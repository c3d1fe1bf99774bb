using System.Runtime.InteropServices;

namespace KernelMagnifier.Native;

/// <summary>
/// The owner and type of a file. Symbolic links are not followed. (statx(2), whose layout is the same on every architecture.)
/// </summary>
/// <param name="User">The user id of the owner.</param>
/// <param name="Mode">File type and permission bits.</param>
/// <param name="Links">Number of hard links.</param>
/// <param name="Group">The group id.</param>
internal readonly unsafe partial record struct Ownership(uint User, uint Mode, uint Links, uint Group)
{
    private const int WorkingDirectory = -100, NoFollow = 0x100,
        EmptyPath = 0x1000; // AT_FDCWD, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH
    private const uint TypeModeLinksUserGroup = 0x1F;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Query(int directory, string path, int flags, uint mask, byte* result);

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (Mode & 0xF000) == 0xA000;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsFile => (Mode & 0xF000) == 0x8000;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (Mode & 0xF000) == 0x4000;

    /// <summary>Whether every user may write to it.</summary>
    public bool IsWorldWritable => (Mode & 2) != 0;

    /// <summary>Whether its group or every user may write to it.</summary>
    public bool IsSharedWritable => (Mode & 0x12) != 0;

    /// <summary>Whether only the owner of a file may delete or rename it there.</summary>
    public bool IsSticky => (Mode & 0x200) != 0;

    /// <summary>Queries a path; null when it does not exist.</summary>
    public static Ownership? Of(string path) => Get(WorkingDirectory, path, NoFollow);

    /// <summary>Queries an open file.</summary>
    public static Ownership? Of(int file) => Get(file, "", EmptyPath);

    private static Ownership? Get(int directory, string path, int flags)
    {
        var result = stackalloc byte[256];
        if (Query(directory, path, flags, TypeModeLinksUserGroup, result) != 0) return null;
        return new Ownership(*(uint*)(result + 20), *(ushort*)(result + 28), *(uint*)(result + 16), *(uint*)(result + 24));
    }
}

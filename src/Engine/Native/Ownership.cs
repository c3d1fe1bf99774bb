using System.Runtime.InteropServices;

namespace KernelMagnifier.Native;

/// <summary>
/// The owner, type and identity of a file. (statx(2), whose layout is the same on every architecture.)
/// </summary>
/// <param name="User">The user id of the owner.</param>
/// <param name="Group">The group id.</param>
/// <param name="Mode">File type and permission bits.</param>
/// <param name="Links">Number of hard links.</param>
/// <param name="Identity">What distinguishes the file from every other one.</param>
internal readonly unsafe partial record struct Ownership(uint User, uint Group, uint Mode, uint Links, FileIdentity Identity)
{
    private const int WorkingDirectory = -100, NoFollow = 0x100,
        EmptyPath = 0x1000; // AT_FDCWD, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH
    private const uint Basic = 0x7FF, Birth = 0x800; // STATX_BASIC_STATS, STATX_BTIME

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Query(int directory, string path, int flags, uint mask, byte* result);

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (Mode & 0xF000) == 0xA000;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsFile => (Mode & 0xF000) == 0x8000;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => (Mode & 0xF000) == 0x4000;

    /// <summary>Whether it is a FIFO or a pipe.</summary>
    public bool IsFifo => (Mode & 0xF000) == 0x1000;

    /// <summary>Whether it is a block device.</summary>
    public bool IsBlockDevice => (Mode & 0xF000) == 0x6000;

    /// <summary>Whether it is a socket.</summary>
    public bool IsSocket => (Mode & 0xF000) == 0xC000;

    /// <summary>Whether it belongs to neither this user nor root.</summary>
    public bool IsForeign => User != 0 && User != ProcessCalls.EffectiveUser();

    /// <summary>The permission bits, without set-user-id, set-group-id and the sticky bit.</summary>
    public uint Permissions => Mode & 0x1FF;

    /// <summary>Whether every user may write to it.</summary>
    public bool IsWorldWritable => (Mode & 2) != 0;

    /// <summary>Whether its group or every user may write to it.</summary>
    public bool IsSharedWritable => (Mode & 0x12) != 0;

    /// <summary>Whether only the owner of a file may delete or rename it there.</summary>
    public bool IsSticky => (Mode & 0x200) != 0;

    /// <summary>Queries a path without following a symbolic link; null when it does not exist.</summary>
    public static Ownership? Of(string path) => Get(WorkingDirectory, path, NoFollow);

    /// <summary>Queries what a path leads to; null when it does not exist.</summary>
    public static Ownership? Following(string path) => Get(WorkingDirectory, path, 0);

    /// <summary>Queries what a name in an open directory leads to; null when it does not exist.</summary>
    public static Ownership? Following(int directory, string name) => Get(directory, name, 0);

    /// <summary>Queries a name in an open directory without following a symbolic link; null when it does not exist.</summary>
    public static Ownership? In(int directory, string name) => Get(directory, name, NoFollow);

    /// <summary>Queries an open file.</summary>
    public static Ownership? Of(int file) => Get(file, "", EmptyPath);

    private static Ownership? Get(int directory, string path, int flags)
    {
        var result = stackalloc byte[256];
        if (Query(directory, path, flags, Basic | Birth, result) != 0) return null;
        var birth = (*(uint*)result & Birth) == 0 ? 0 : (*(long*)(result + 80) * 1_000_000_000) + *(uint*)(result + 88);
        var device = ((ulong)*(uint*)(result + 136) << 32) | *(uint*)(result + 140);
        var identity = new FileIdentity(device, *(ulong*)(result + 32), birth);
        return new Ownership(
            *(uint*)(result + 20), *(uint*)(result + 24), *(ushort*)(result + 28), *(uint*)(result + 16), identity);
    }
}

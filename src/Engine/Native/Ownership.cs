using System.Runtime.InteropServices;

namespace KernelMagnifier.Native;

/// <summary>Who owns a file and what it is, links not followed (statx, whose layout is the same on every architecture).</summary>
/// <param name="User">The owner.</param>
/// <param name="Mode">Kind and permission bits.</param>
/// <param name="Links">How many names it has.</param>
internal readonly unsafe partial record struct Ownership(uint User, uint Mode, uint Links)
{
    private const int AtWorkingDirectory = -100, NoFollow = 0x100, EmptyPath = 0x1000;

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Query(int directory, string path, int flags, uint mask, byte* result);

    /// <summary>A symbolic link.</summary>
    public bool IsLink => (Mode & 0xF000) == 0xA000;

    /// <summary>A regular file.</summary>
    public bool IsFile => (Mode & 0xF000) == 0x8000;

    /// <summary>A directory.</summary>
    public bool IsDirectory => (Mode & 0xF000) == 0x4000;

    /// <summary>Everybody may write.</summary>
    public bool IsWorldWritable => (Mode & 2) != 0;

    /// <summary>Group or everybody may write.</summary>
    public bool IsSharedWritable => (Mode & 0x12) != 0;

    /// <summary>Asks; null when there is nothing of that name.</summary>
    public static Ownership? Of(string path) => Ask(AtWorkingDirectory, path, NoFollow);

    /// <summary>Asks about an open file.</summary>
    public static Ownership? Of(int file) => Ask(file, "", EmptyPath);

    private static Ownership? Ask(int directory, string path, int flags)
    {
        var result = stackalloc byte[256];
        if (Query(directory, path, flags, 0xF, result) != 0) return null; // type, mode, links, user
        return new Ownership(*(uint*)(result + 20), *(ushort*)(result + 28), *(uint*)(result + 16));
    }
}

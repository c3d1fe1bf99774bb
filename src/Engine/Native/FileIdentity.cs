namespace KernelMagnifier.Native;

/// <summary>What distinguishes a file from every other one, whatever its path.</summary>
/// <param name="Device">The device of its file system.</param>
/// <param name="Inode">The number of its inode.</param>
/// <param name="Birth">
/// The time of its creation in nanoseconds, because the inode of a deleted file is used again; 0 if the file system has none.
/// </param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Birth);

using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace KernelMagnifier.Native;

/// <summary>
/// File system calls that .NET does not wrap. Constants are those of x86-64 and arm64 Linux. Every descriptor is opened
/// close-on-exec.
/// </summary>
internal static unsafe partial class FileCalls
{
    /// <summary>Flags of open(2).</summary>
    public const int ReadOnly = 0, WriteOnly = 1, ReadWrite = 2, CreateFile = 0x40, Exclusive = 0x80, Truncate = 0x200,
        Append = 0x400,
        NoTerminal = 0x100, NonBlocking = 0x800, CloseOnExec = 0x80000, PathOnly = 0x200000;

    /// <summary>Permissions: 0600, 0644, 0666 (less the umask) and 0700.</summary>
    public const int OwnerOnly = 0x180, ReadableByAll = 0x1A4, Default = 0x1B6, OwnerDirectory = 0x1C0;

    /// <summary>Flags of splice(2): SPLICE_F_MOVE and SPLICE_F_NONBLOCK.</summary>
    public const uint SpliceMove = 1, SpliceNonBlocking = 2;

    /// <summary>POLLIN, POLLOUT and POLLHUP.</summary>
    public const short PollIn = 1, PollOut = 4, PollHangUp = 0x10;

    /// <summary>The magic number of procfs in <c>struct statfs</c>.</summary>
    private const long ProcMagic = 0x9FA0;

    /// <summary>Modes of access(2).</summary>
    public const int MayExecute = 1, MayWrite = 2;

    /// <summary>SEEK_SET, SEEK_CUR and SEEK_END.</summary>
    public const int FromStart = 0, FromCurrent = 1, FromEnd = 2;

    /// <summary>An owner or group that <see cref="ChangeOwner"/> leaves as it is.</summary>
    public const uint Unchanged = uint.MaxValue;

    private const int LongestLink = 4096; // PATH_MAX

    private const int SetStatusFlags = 4; // F_SETFL
    private const int DuplicateCloseOnExec = 1030, SetPipeSize = 1031; // F_DUPFD_CLOEXEC, F_SETPIPE_SZ
    private const int LockShared = 1, LockExclusive = 2, LockNonBlocking = 4, LockRelease = 8;
    private const int KeepSize = 1, PunchHoleKeepSize = 3; // FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE
    private const int GetFlags = 1, AddSeals = 1033, AllSeals = 0xF; // F_GETFD, F_ADD_SEALS, F_SEAL_SEAL | SHRINK | GROW | WRITE
    private const uint MemoryFlags = 3; // MFD_CLOEXEC | MFD_ALLOW_SEALING
    private const int FirstHighFile = 16;
    private const uint RenameNoReplace = 1;
    private const int DefaultPipeSize = 64 * 1024;

    /// <summary>O_DIRECTORY and O_NOFOLLOW, whose values differ between the architectures.</summary>
    public static readonly int DirectoryOnly = IsArm ? 0x4000 : 0x10000, NoFollow = IsArm ? 0x8000 : 0x20000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollFile
    {
        public int File;
        public short Events;
        public short Ready;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFileAt(int directory, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(int file, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    private static partial nint ReadFileAt(int file, byte* buffer, nuint size, long offset);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(int file, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "splice", SetLastError = true)]
    public static partial nint Splice(int from, long* fromOffset, int to, long* toOffset, nuint size, uint flags);

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    public static partial nint CopyFileRange(int from, long* fromOffset, int to, long* toOffset, nuint size, uint flags);

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    public static partial nint SendFile(int to, int from, long* fromOffset, nuint size);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int CreatePipe(int* files, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollFile* files, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEventFile(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int LockFile(int file, int operation);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(int file);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetLength(int file, long length);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(int file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(int file, uint mode);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int ChangeOwner(int file, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLinkAt(int directory, string path, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int FileSystemOf(int file, byte* result);

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameFileAt(int fromDirectory, string from, int toDirectory, string to);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameFileAt(int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "faccessat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AccessAt(int directory, string name, int mode, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DeleteAt(int directory, string name, int flags);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveDirectory(string path);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    /// <summary>Opens a file.</summary>
    /// <returns>The descriptor, or a negative error number.</returns>
    public static int Open(string path, int flags, int mode = 0)
    {
        int file;
        while ((file = OpenFile(path, flags | CloseOnExec, mode)) < 0 && Errno.Last == Errno.Interrupted) { }
        return file >= 0 ? file : -Errno.Last;
    }

    /// <summary>Opens a file in a directory that is open.</summary>
    /// <returns>The descriptor, or a negative error number.</returns>
    public static int OpenAt(int directory, string name, int flags, int mode = 0)
    {
        int file;
        while ((file = OpenFileAt(directory, name, flags | CloseOnExec, mode)) < 0 && Errno.Last == Errno.Interrupted) { }
        return file >= 0 ? file : -Errno.Last;
    }

    /// <summary>Returns the text of a symbolic link that is open with O_PATH; null if it cannot be read.</summary>
    public static string? ReadLink(int link)
    {
        var buffer = stackalloc byte[LongestLink];
        var length = ReadLinkAt(link, "", buffer, LongestLink);
        return length is > 0 and < LongestLink ? Encoding.UTF8.GetString(buffer, (int)length) : null;
    }

    /// <summary>Whether an open file is in procfs, whose links are not paths: the kernel follows them by itself.</summary>
    public static bool IsInProc(int file)
    {
        var result = stackalloc byte[256];
        return FileSystemOf(file, result) == 0 && *(long*)result == ProcMagic;
    }

    /// <summary>Makes reads and writes wait again, for a file that was opened with <see cref="NonBlocking"/>.</summary>
    public static void MakeBlocking(int file) => _ = FileControl(file, SetStatusFlags, 0);

    /// <summary>Waits until a file is ready.</summary>
    /// <returns>The events that are ready; 0 if the time has passed.</returns>
    public static short Wait(int file, short events, int milliseconds)
    {
        var entry = new PollFile { File = file, Events = events };
        return Poll(&entry, 1, milliseconds) > 0 ? entry.Ready : (short)0;
    }

    /// <summary>Writes once.</summary>
    /// <returns>The number of bytes, or a negative error number.</returns>
    public static int Write(int file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes)
        {
            nint n;
            while ((n = WriteFile(file, from, (nuint)bytes.Length)) < 0 && Errno.Last == Errno.Interrupted) { }
            return n >= 0 ? (int)n : -Errno.Last;
        }
    }

    /// <summary>Reads at an offset, without moving the file position.</summary>
    /// <returns>The number of bytes, or a negative error number.</returns>
    public static int ReadAt(int file, Span<byte> buffer, long offset)
    {
        fixed (byte* to = buffer)
        {
            nint n;
            while ((n = ReadFileAt(file, to, (nuint)buffer.Length, offset)) < 0 && Errno.Last == Errno.Interrupted) { }
            return n >= 0 ? (int)n : -Errno.Last;
        }
    }

    /// <summary>Reads once.</summary>
    /// <returns>The number of bytes, or a negative error number.</returns>
    public static int Read(int file, Span<byte> buffer)
    {
        fixed (byte* to = buffer)
        {
            nint n;
            while ((n = ReadFile(file, to, (nuint)buffer.Length)) < 0 && Errno.Last == Errno.Interrupted) { }
            return n >= 0 ? (int)n : -Errno.Last;
        }
    }

    /// <summary>Writes all bytes, in as many calls as needed.</summary>
    /// <returns>0, or a negative error number.</returns>
    public static int WriteAll(int file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes)
        {
            var done = 0;
            while (done < bytes.Length)
            {
                var n = WriteFile(file, from + done, (nuint)(bytes.Length - done));
                if (n < 0 && Errno.Last == Errno.Interrupted) continue;
                if (n < 0) return -Errno.Last;
                done += (int)n;
            }
            return 0;
        }
    }

    /// <summary>Renames a file within a directory that is open.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="from">The present name.</param>
    /// <param name="to">The new name.</param>
    /// <param name="replace">Replace an existing file. Without it the call fails with <see cref="Errno.Exists"/>.</param>
    /// <returns>0, or an error number.</returns>
    public static int RenameAt(int directory, string from, string to, bool replace)
    {
        if (!replace)
        {
            if (RenameFileAt(directory, from, directory, to, RenameNoReplace) == 0) return 0;
            // A file system without RENAME_NOREPLACE (NFS) answers EINVAL: look first, then rename.
            if (Errno.Last is not (Errno.Invalid or Errno.NoSystemCall)) return Errno.Last;
            if (AccessAt(directory, to, 0, 0) == 0) return Errno.Exists;
        }
        return RenameFileAt(directory, from, directory, to) == 0 ? 0 : Errno.Last;
    }

    /// <summary>Whether a name exists in a directory that is open.</summary>
    public static bool ExistsAt(int directory, string name) => AccessAt(directory, name, 0, 0) == 0;

    /// <summary>Creates a pipe with a capacity of at least the given number of bytes, if the kernel allows it.</summary>
    public static (int Read, int Write, int Size) OpenPipe(int size)
    {
        var files = stackalloc int[2];
        if (CreatePipe(files, CloseOnExec) != 0) throw new Win32Exception(Errno.Last);
        var actual = FileControl(files[1], SetPipeSize, size);
        return (files[0], files[1], actual > 0 ? actual : DefaultPipeSize);
    }

    /// <summary>Duplicates a descriptor.</summary>
    /// <returns>The new descriptor, or a negative error number.</returns>
    public static int Duplicate(int file)
    {
        var copy = FileControl(file, DuplicateCloseOnExec, 0);
        return copy >= 0 ? copy : -Errno.Last;
    }

    /// <summary>Moves a descriptor above those that a program which this process starts is given by number.</summary>
    /// <returns>The new descriptor, or a negative error number. The old one is closed in either case.</returns>
    public static int MoveUp(int file)
    {
        var moved = FileControl(file, DuplicateCloseOnExec, FirstHighFile);
        if (moved < 0) moved = -Errno.Last;
        _ = Close(file);
        return moved;
    }

    /// <summary>Whether a program that this process executes would have the descriptor too.</summary>
    public static bool IsInherited(int file) => FileControl(file, GetFlags, 0) is var flags && flags >= 0 && (flags & 1) == 0;

    /// <summary>Makes a read or write return instead of waiting.</summary>
    public static void MakeNonBlocking(int file) => _ = FileControl(file, SetStatusFlags, NonBlocking);

    /// <summary>Makes a file in memory that nobody can change any more, not even this process.</summary>
    /// <returns>The descriptor, or a negative error number.</returns>
    public static int CreateSealed(string name, ReadOnlySpan<byte> content)
    {
        var file = CreateMemoryFile(name, MemoryFlags);
        if (file < 0) return -Errno.Last;
        var error = WriteAll(file, content);
        if (error == 0 && FileControl(file, AddSeals, AllSeals) != 0) error = -Errno.Last;
        if (error == 0) return MoveUp(file);
        _ = Close(file);
        return error;
    }

    /// <summary>Takes an exclusive lock on an open file, and waits for it.</summary>
    /// <returns>0, or a negative error number.</returns>
    public static int WaitForLock(int file)
    {
        while (LockFile(file, LockExclusive) != 0)
            if (Errno.Last != Errno.Interrupted)
                return -Errno.Last;
        return 0;
    }

    /// <summary>Allocates disk space behind the end of a file, whose length stays as it is.</summary>
    /// <returns>0, or a negative error number.</returns>
    public static int ReserveBehind(int file, long from, long bytes)
        => Allocate(file, KeepSize, from, bytes) == 0 ? 0 : -Errno.Last;

    /// <summary>Takes an exclusive lock on an open file (flock(2)) unless another open file description holds one.</summary>
    public static bool TryLock(int file) => LockFile(file, LockExclusive | LockNonBlocking) == 0;

    /// <summary>Takes a shared lock on an open file unless another open file description holds an exclusive one.</summary>
    public static bool TryLockShared(int file) => LockFile(file, LockShared | LockNonBlocking) == 0;

    /// <summary>
    /// Releases the lock for every duplicate of the descriptor. Closing alone does not: a process that another thread has just
    /// forked holds a duplicate until it executes its program.
    /// </summary>
    public static void Unlock(int file) => _ = LockFile(file, LockRelease);

    /// <summary>Allocates disk space for a file, if the file system can.</summary>
    public static bool Reserve(int file, long bytes) => Allocate(file, 0, 0, bytes) == 0;

    /// <summary>Frees the disk space of a part of a file, if the file system can. The part then reads as zeros.</summary>
    public static void PunchHole(int file, long offset, long length) => _ = Allocate(file, PunchHoleKeepSize, offset, length);
}

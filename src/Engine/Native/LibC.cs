using System.ComponentModel;
using System.Runtime.InteropServices;

namespace KernelMagnifier.Native;

/// <summary>The system calls recording needs and .NET does not wrap. Constants are those of x86-64 and arm64 Linux.</summary>
internal static unsafe partial class LibC
{
    public const int ReadOnly = 0, WriteOnly = 1, ReadWrite = 2, Create = 0x40, Exclusive = 0x80, Truncate = 0x200, Append = 0x400, NonBlocking = 0x800, CloseOnExec = 0x80000;
    public const int MoveNonBlocking = 3; // SPLICE_F_MOVE | SPLICE_F_NONBLOCK
    public const int NoEntry = 2, NotPermitted = 1, Interrupted = 4, TryAgain = 11, NoMemory = 12, AccessDenied = 13, Busy = 16, Exists = 17, NoDevice = 19,
        NotDirectory = 20, Invalid = 22, TooBig = 27, NoSpace = 28, ReadOnlyFileSystem = 30, LoopOfLinks = 40, QuotaFull = 122, NotSupported = 95, CrossDevice = 18, NoSystemCall = 38;
    public const int SignalKill = 9, SignalContinue = 18;
    public const short PollIn = 1;

    private const int SetPipeSize = 1031, LockExclusive = 2, LockNonBlocking = 4, PunchHoleKeepSize = 3, SetName = 15;

    // The two numbers differ between the architectures.
    public static readonly int Directory = IsArm ? 0x4000 : 0x10000;
    public static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFile
    {
        public int File;
        public short Asked;
        public short Got;
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
    public static partial nint Splice(int from, long* fromAt, int to, long* toAt, nuint size, uint flags);

    [LibraryImport("libc", EntryPoint = "copy_file_range", SetLastError = true)]
    public static partial nint CopyFileRange(int from, long* fromAt, int to, long* toAt, nuint size, uint flags);

    [LibraryImport("libc", EntryPoint = "sendfile", SetLastError = true)]
    public static partial nint SendFile(int to, int from, long* fromAt, nuint size);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe(int* files, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(int file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollFile* files, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFile(uint initial, int flags);

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

    [LibraryImport("libc", EntryPoint = "renameat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt(int fromDirectory, string from, int toDirectory, string to);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(int directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveDirectory(string path);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "gettid")]
    public static partial int ThreadId();

    [LibraryImport("libc", EntryPoint = "capget", SetLastError = true)]
    public static partial int GetCapabilities(uint* header, uint* sets);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    public static partial int SetCapabilities(uint* header, uint* sets);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitProcess(int process, int* status, int options);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Spawn(int* process, string path, byte* fileActions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitFileActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int FreeFileActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddOpen(byte* actions, int file, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
    public static partial int AddClose(byte* actions, int file);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddChangeDirectory(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int FreeAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetAttributeFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaultSignals(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int SetSignalMask(byte* attributes, byte* signals);

    /// <summary>The last call's error number.</summary>
    public static int Error => Marshal.GetLastPInvokeError();

    /// <summary>What an error number means, in the C library's words.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>Opens a file; a negative error number when that fails.</summary>
    public static int Open(string path, int flags, int mode = 0)
    {
        int file;
        while ((file = OpenFile(path, flags | CloseOnExec, mode)) < 0 && Error == Interrupted) { }
        return file >= 0 ? file : -Error;
    }

    /// <summary>Opens a file in a directory; a negative error number when that fails.</summary>
    public static int OpenAt(int directory, string name, int flags, int mode = 0)
    {
        int file;
        while ((file = OpenFileAt(directory, name, flags | CloseOnExec, mode)) < 0 && Error == Interrupted) { }
        return file >= 0 ? file : -Error;
    }

    /// <summary>Reads at a place; the number of bytes, or a negative error number.</summary>
    public static int ReadAt(int file, Span<byte> into, long offset)
    {
        fixed (byte* to = into)
        {
            nint n;
            while ((n = ReadFileAt(file, to, (nuint)into.Length, offset)) < 0 && Error == Interrupted) { }
            return n >= 0 ? (int)n : -Error;
        }
    }

    /// <summary>Reads once; a negative error number when that fails.</summary>
    public static int Read(int file, Span<byte> buffer)
    {
        fixed (byte* to = buffer)
        {
            nint n;
            while ((n = ReadFile(file, to, (nuint)buffer.Length)) < 0 && Error == Interrupted) { }
            return n >= 0 ? (int)n : -Error;
        }
    }

    /// <summary>Writes everything; 0, or a negative error number.</summary>
    public static int WriteAll(int file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* from = bytes)
        {
            var done = 0;
            while (done < bytes.Length)
            {
                var n = WriteFile(file, from + done, (nuint)(bytes.Length - done));
                if (n < 0 && Error == Interrupted) continue;
                if (n < 0) return -Error;
                done += (int)n;
            }
            return 0;
        }
    }

    /// <summary>A pipe that holds up to the given number of bytes if the kernel lets it.</summary>
    public static (int Read, int Write, int Size) OpenPipe(int size)
    {
        var files = stackalloc int[2];
        if (Pipe(files, CloseOnExec) != 0) throw new Win32Exception(Error);
        var got = FileControl(files[1], SetPipeSize, size);
        return (files[0], files[1], got > 0 ? got : 64 * 1024);
    }

    /// <summary>Another number for an open file; a negative error number when that fails.</summary>
    public static int Duplicate(int file)
    {
        var copy = FileControl(file, 1030, 0); // F_DUPFD_CLOEXEC
        return copy >= 0 ? copy : -Error;
    }

    /// <summary>Gives the calling thread the name that <c>top -H</c> shows, up to 15 bytes: of <see cref="Thread.Name"/> the kernel does not hear in a native executable.</summary>
    public static void NameThread(string name)
    {
        Span<byte> bytes = stackalloc byte[64];
        bytes[System.Text.Encoding.UTF8.GetBytes(name, bytes[..^1])] = 0;
        fixed (byte* first = bytes) _ = Control(SetName, (nuint)first, 0, 0, 0);
    }

    /// <summary>Takes the lock of an open file if nobody has it.</summary>
    public static bool TryLock(int file) => LockFile(file, LockExclusive | LockNonBlocking) == 0;

    /// <summary>Takes disk space for a file, where the file system can.</summary>
    public static bool Reserve(int file, long bytes) => Allocate(file, 0, 0, bytes) == 0;

    /// <summary>Gives the space of a part of a file back, where the file system can.</summary>
    public static void PunchHole(int file, long offset, long length) => _ = Allocate(file, PunchHoleKeepSize, offset, length);
}

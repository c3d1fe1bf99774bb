using System.Runtime.InteropServices;
using System.Text;

namespace KernelMagnifier.Native;

/// <summary>Process, thread and user calls that .NET does not wrap. Constants are those of x86-64 and arm64 Linux.</summary>
internal static unsafe partial class ProcessCalls
{
    /// <summary>SIGINT, which asks a program to end, SIGKILL, and 0, which only asks whether a process exists.</summary>
    public const int SignalInterrupt = 2, SignalKill = 9, SignalNone = 0;

    /// <summary>WNOHANG: return at once if no child has ended.</summary>
    public const int DoNotWait = 1;

    private const int SetName = 15; // PR_SET_NAME
    private const int ProcessClock = 2, ThreadClock = 3; // CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID
    private const int UsageOfChildren = -1, UsageWords = 32; // RUSAGE_CHILDREN; struct rusage has 18 words

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "gettid")]
    public static partial int ThreadId();

    /// <summary>Fills a buffer of at most 256 bytes with random numbers; false if the kernel refuses.</summary>
    public static bool TryGetRandom(Span<byte> into)
    {
        fixed (byte* at = into) return GetRandom(at, (nuint)into.Length, 0) == into.Length;
    }

    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    private static partial nint GetRandom(byte* into, nuint length, uint flags);

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

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    public static partial int WaitProcess(int process, int* status, int options, long* usage);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    public static partial int SetLimit(int process, int resource, ulong* limit, ulong* before);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Spawn(int* process, string path, byte* fileActions, byte* attributes, byte** arguments,
        byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitFileActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int FreeFileActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddOpen(byte* actions, int file, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
    public static partial int AddClose(byte* actions, int file);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(byte* actions, int file, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddChangeDirectory(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int FreeAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetAttributeFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setpgroup")]
    public static partial int SetProcessGroup(byte* attributes, int group);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaultSignals(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int SetSignalMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ReadClock(int clock, long* time);

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int ReadUsage(int who, long* usage);

    /// <summary>The CPU time of this process, without programs that it started.</summary>
    public static TimeSpan ProcessCpuTime() => Clock(ProcessClock);

    /// <summary>The CPU time of the calling thread.</summary>
    public static TimeSpan ThreadCpuTime() => Clock(ThreadClock);

    /// <summary>The CPU time of the programs that this process started and that have ended.</summary>
    public static TimeSpan ChildrenCpuTime()
    {
        // struct rusage begins with the user and the system time, each in seconds and microseconds.
        var usage = stackalloc long[UsageWords];
        return ReadUsage(UsageOfChildren, usage) == 0
            ? TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3])
            : TimeSpan.Zero;
    }

    private static TimeSpan Clock(int clock)
    {
        var time = stackalloc long[2];
        return ReadClock(clock, time) == 0 ? TimeSpan.FromSeconds(time[0]) + TimeSpan.FromTicks(time[1] / 100) : TimeSpan.Zero;
    }

    /// <summary>
    /// Sets the calling thread's name as <c>top -H</c> shows it, up to 15 bytes. <see cref="Thread.Name"/> does not do so in a
    /// native executable.
    /// </summary>
    public static void NameThread(string name)
    {
        Span<byte> bytes = stackalloc byte[64];
        bytes[Encoding.UTF8.GetBytes(name, bytes[..^1])] = 0;
        fixed (byte* first = bytes) _ = Control(SetName, (nuint)first, 0, 0, 0);
    }
}

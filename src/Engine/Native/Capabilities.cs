using System.Runtime.CompilerServices;

namespace KernelMagnifier.Native;

/// <summary>
/// Drops capabilities (capabilities(7)). Each thread has its own sets. tracefs needs none, as root owns its files; the
/// capabilities below are needed for the files and processes around it.
/// </summary>
internal static unsafe class Capabilities
{
    private const ulong DacOverride = 1ul << 1, DacReadSearch = 1ul << 2, FileOwner = 1ul << 3, SysPtrace = 1ul << 19,
        SysResource = 1ul << 24, SysLog = 1ul << 34;
    private const uint Version = 0x20080522; // _LINUX_CAPABILITY_VERSION_3
    private const int SetNoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS

    /// <summary>
    /// Needed to end a recording: to write to a directory of another user and to read kernel addresses (kallsyms).
    /// </summary>
    public const ulong ToEnd = DacOverride | DacReadSearch | FileOwner | SysLog;

    /// <summary>
    /// Needed to begin one, in addition: to see tasks of other users with hidepid, and pipes above the limit on machines with
    /// many CPUs.
    /// </summary>
    public const ulong ToBegin = ToEnd | SysPtrace | SysResource;

    /// <summary>
    /// Drops all other capabilities of the calling thread. Threads that it starts afterwards inherit the result.
    /// </summary>
    /// <remarks>
    /// The inheritable set is kept and root regains all capabilities in a program that it executes, so a recorded command runs
    /// with its user's rights. <paramref name="permanently"/> prevents that too.
    /// </remarks>
    /// <param name="needed">The capabilities to keep; none is added.</param>
    /// <param name="permanently">Sets no_new_privs: programs that the thread executes get no more than the thread has.</param>
    /// <returns>0, or an error number, such as when a seccomp filter forbids the call.</returns>
    public static int Keep(ulong needed, bool permanently)
    {
        if (permanently && ProcessCalls.Control(SetNoNewPrivileges, 1, 0, 0, 0) != 0) return Errno.Last;
        var header = stackalloc uint[2] { Version, 0 };
        // Effective, permitted and inheritable, first the lower 32 bits of each, then the upper ones.
        var sets = stackalloc uint[6];
        if (ProcessCalls.GetCapabilities(header, sets) != 0) return Errno.Last;
        for (var half = 0; half < 2; half++)
        {
            var set = sets + half * 3;
            var kept = (uint)(needed >> 32 * half) | (permanently ? 0 : set[2]);
            (set[0], set[1]) = (set[0] & kept, set[1] & kept);
        }
        return ProcessCalls.SetCapabilities(header, sets) == 0 ? 0 : Errno.Last;
    }

    /// <summary>As <see cref="Keep"/>, on the finalizer thread, which .NET starts before any code of this program runs.</summary>
    public static void KeepInFinalizerThread(ulong needed)
    {
        Leave(needed);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Leave(ulong needed) => _ = new Dropper(needed);
    }

    private sealed class Dropper(ulong needed)
    {
        ~Dropper() => _ = Keep(needed, false);
    }
}

using System.Runtime.CompilerServices;

namespace KernelMagnifier.Native;

/// <summary>
/// What a process may do beyond what its user owns, as capabilities(7) has it: bits by number, each thread with its own.
/// Nothing of tracefs asks for any: root owns its files. Root needs some for what lies around it.
/// </summary>
internal static unsafe class Capabilities
{
    private const ulong DacOverride = 1ul << 1, DacReadSearch = 1ul << 2, Owner = 1ul << 3, SysPtrace = 1ul << 19, SysResource = 1ul << 24, SysLog = 1ul << 34;
    private const uint Version = 0x20080522; // _LINUX_CAPABILITY_VERSION_3
    private const int SetNoNewPrivileges = 38;

    /// <summary>To end a recording: write the file into a directory of somebody else's, and show where functions are (kallsyms).</summary>
    public const ulong ToEnd = DacOverride | DacReadSearch | Owner | SysLog;

    /// <summary>To begin one: see other users' tasks where /proc hides them, and have pipes as large as the buffers need on a machine of many CPUs.</summary>
    public const ulong ToBegin = ToEnd | SysPtrace | SysResource;

    /// <summary>Lets the calling thread, and those it starts from now on, have no others than these.</summary>
    /// <remarks>
    /// What a program inherits is left alone, and whoever is root has everything again in a program that is started: a command to
    /// record runs with the rights its user has. <paramref name="forGood"/> ends that.
    /// </remarks>
    /// <param name="needed">Those that are needed; none comes into being by it.</param>
    /// <param name="forGood">No program this thread starts gets more than the thread has (no_new_privs).</param>
    /// <returns>0, or the error number: somebody forbids even this (seccomp).</returns>
    public static int Keep(ulong needed, bool forGood)
    {
        if (forGood && LibC.Control(SetNoNewPrivileges, 1, 0, 0, 0) != 0) return LibC.Error;
        var header = stackalloc uint[2] { Version, 0 };
        // Twice three halves: effective, permitted, inheritable; the lower 32 of each, then the upper.
        var sets = stackalloc uint[6];
        if (LibC.GetCapabilities(header, sets) != 0) return LibC.Error;
        for (var half = 0; half < 2; half++)
        {
            var set = sets + half * 3;
            var kept = (uint)(needed >> 32 * half) | (forGood ? 0 : set[2]);
            (set[0], set[1]) = (set[0] & kept, set[1] & kept);
        }
        return LibC.SetCapabilities(header, sets) == 0 ? 0 : LibC.Error;
    }

    /// <summary>As <see cref="Keep"/>, on the thread that .NET starts before any code of ours and runs finalizers on.</summary>
    public static void KeepInFinalizers(ulong needed)
    {
        Leave(needed);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Leave(ulong needed) => _ = new Last(needed);
    }

    private sealed class Last(ulong needed)
    {
        ~Last() => _ = Keep(needed, false);
    }
}

using System.Runtime.InteropServices;

namespace KernelMagnifier.Native;

/// <summary>Calls of the scheduler that .NET does not wrap.</summary>
internal static unsafe partial class SchedulerCalls
{
    private const int Words = 16; // 1024 CPUs

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nuint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int thread, nuint size, ulong* mask);

    /// <summary>Whether the calling thread may run on a CPU.</summary>
    public static bool IsAllowed(int cpu)
    {
        var mask = stackalloc ulong[Words];
        return GetAffinity(0, Words * sizeof(ulong), mask) == 0 && (mask[cpu / 64] & (1ul << cpu % 64)) != 0;
    }

    /// <summary>Lets the calling thread run on one CPU only; false if that is not possible.</summary>
    public static bool Pin(int cpu)
    {
        var mask = stackalloc ulong[Words];
        new Span<ulong>(mask, Words).Clear();
        mask[cpu / 64] = 1ul << cpu % 64;
        return SetAffinity(0, Words * sizeof(ulong), mask) == 0;
    }
}

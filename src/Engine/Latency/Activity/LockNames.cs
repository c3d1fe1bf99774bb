using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Activity;

/// <summary>The kind of lock that a <c>lock:contention_begin</c> waits for, from its flags (<c>LCB_F_*</c>).</summary>
internal static class LockNames
{
    private const int Spin = 1, Read = 2, Write = 4, RealTime = 8, PerCpu = 16, Mutex = 32;

    private static readonly (string Name, int Flag)[] Flags =
        [("SPIN", Spin), ("READ", Read), ("WRITE", Write), ("RT", RealTime), ("PERCPU", PerCpu), ("MUTEX", Mutex)];

    /// <summary>The name of the lock of a record.</summary>
    /// <param name="flags">The field of the flags.</param>
    /// <param name="body">The record.</param>
    public static string Of(in FieldReader flags, ReadOnlySpan<byte> body)
    {
        if (flags.TryNumber(body, out var number)) return Of(number);
        var text = Text.NameText.Decode(flags.Text(body)).Trim('(', ')', ' ');
        return Of(Flags.Where(flag => text.Split('|').Contains(flag.Name)).Sum(flag => (long)flag.Flag));
    }

    private static string Of(long flags)
    {
        var isShared = (flags & (Read | Write)) != 0;
        return (flags & Mutex) != 0 ? "mutex"
            : (flags & PerCpu) != 0 ? "percpu-rwsem"
            : (flags & RealTime) != 0 ? isShared ? "rt-rwlock" : "rt-mutex"
            : (flags & Spin) != 0 ? isShared ? "rwlock" : "spinlock"
            : isShared ? "rwsem" : "semaphore";
    }
}

namespace KernelMagnifier.Probes.Running;

/// <summary>
/// When all programs of a run are attached. bpftrace says that it attaches before it does so, and not when it has: a run of some
/// seconds would be over on a slow machine before it measured anything. The number of programs that it holds tells.
/// </summary>
/// <param name="settle">The time after which it attaches no more if the number of programs stays the same. Newer versions need
/// fewer programs than probes.</param>
internal sealed class AttachWatch(TimeSpan settle)
{
    private TimeSpan _changedAt;
    private int _programs = -1;

    /// <summary>Takes a reading.</summary>
    /// <param name="now">The time since bpftrace said that it attaches.</param>
    /// <param name="announced">The probes that it said it attaches.</param>
    /// <param name="programs">The programs that it holds now.</param>
    /// <returns>Whether it has attached all.</returns>
    public bool Add(TimeSpan now, long announced, int programs)
    {
        if (programs == _programs) return programs > 0 && programs >= announced || now - _changedAt >= settle;
        (_programs, _changedAt) = (programs, now);
        return false;
    }
}

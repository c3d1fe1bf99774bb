namespace KernelMagnifier.Workloads.Engines;

/// <summary>What an event of rt-app does.</summary>
internal enum RtAppEventKind
{
    /// <summary>Runs for a CPU time.</summary>
    Run,

    /// <summary>Sleeps until a time that does not depend on how long the runs took.</summary>
    Timer,

    /// <summary>Sleeps for a time.</summary>
    Sleep,

    /// <summary>Sleeps until another thread wakes the group.</summary>
    Wait,

    /// <summary>Wakes a thread of a group, if one waits.</summary>
    Signal,

    /// <summary>Waits until the other group is there as well, in a ring of groups: whoever comes last wakes the other.</summary>
    Meet,
}

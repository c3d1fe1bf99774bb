namespace KernelMagnifier.Workloads.Building;

/// <summary>How a task is modelled.</summary>
internal enum TaskKind
{
    /// <summary>Too little is known of it.</summary>
    None,

    /// <summary>It wakes up and sleeps again and again.</summary>
    Loop,

    /// <summary>It never slept, or nearly never.</summary>
    Busy,

    /// <summary>It began and ended, with few waits in between.</summary>
    Once,
}

using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Model;

namespace KernelMagnifier.Workloads.Histories;

/// <summary>From a wake-up of a task to its sleep.</summary>
internal struct Activation
{
    /// <summary>The time of the wake-up, or of the first run if that is not known.</summary>
    public long Time;

    /// <summary>When it slept; <see cref="CallRecord.NoTime"/> if it still ran, or if that is not known.</summary>
    public long End;

    /// <summary>How long it waited for its first CPU; −1 if it is not known.</summary>
    public long Wait;

    /// <summary>How long it ran until it slept, without handlers; nanoseconds.</summary>
    public long Run;

    /// <summary>The pid of the waking task, or of the task that created it; −1 of other triggers, or if it is not
    /// known.</summary>
    public int WakerId;

    /// <summary>The index of the waking task's activation that woke it; −1 if it is not kept or not known.</summary>
    public int WakerActivation;

    /// <summary>How long the waking task had run in that activation.</summary>
    public long WakerRun;

    /// <summary>The block requests that the task issued in it.</summary>
    public int Requests;

    /// <summary>What woke it.</summary>
    public ActivationTrigger Trigger;

    /// <summary>What it slept for, known from what woke it next; unknown if it ended, or if nothing woke it any more.</summary>
    public BlockKind Block;

    /// <summary>Whether it began with a wake-up, or with the begin of the task: not because the recording began.</summary>
    public bool IsWake;

    /// <summary>Whether its begin or its end are uncertain: they lie outside of the recording, or events were lost in
    /// between.</summary>
    public bool IsUncertain;

    /// <summary>Whether that is because events were lost.</summary>
    public bool IsLost;
}

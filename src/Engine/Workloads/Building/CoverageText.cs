namespace KernelMagnifier.Workloads.Building;

/// <summary>The reasons of gaps as sentences.</summary>
internal static class CoverageText
{
    /// <summary>The sentence of a reason.</summary>
    public static string Of(CoverageReason reason) => reason switch
    {
        CoverageReason.KernelThread => "Threads of the kernel: the kernel of the run does their work itself.",
        CoverageReason.Recorder => "The recorder and the lab, which are not part of the load. Name them to include them.",
        CoverageReason.LostEvents
            => "Events of these activations were lost, or a filter of the recording left them out, so a length is not known.",
        CoverageReason.RecordingBounds => "These activations began before the recording or ended after it.",
        CoverageReason.TooManyActivations => "A task has more activations than are kept.",
        CoverageReason.FirstRun => "The first run of a task that began in the recording, before it slept for the first time.",
        CoverageReason.ShortWaits
            => "Waits within tasks that begin and end or that run nearly all the time: they run without them.",
        CoverageReason.OutsideSelection
            => "Tasks that are not in the workload woke these: timers with the recorded intervals wake them instead.",
        CoverageReason.RareWaker => "A group woke another one only rarely: timers or the usual wakers wake it instead.",
        CoverageReason.Circle => "Groups wait for each other in a way that could stop the run: timers wake some of them instead.",
        CoverageReason.Interrupt => "Interrupts woke these: timers with the recorded intervals wake them instead.",
        CoverageReason.Io => "Block requests: rt-app wakes their tasks by timers, and fio makes only reads and writes.",
        CoverageReason.LockWithoutEvents => "Waits for locks of which no event tells the owner: timers wake these instead.",
        _ => "No event tells what woke these: timers with the recorded intervals wake them instead.",
    };
}

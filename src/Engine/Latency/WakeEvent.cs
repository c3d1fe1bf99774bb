using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Where and when a task is woken.</summary>
/// <param name="Time">The time.</param>
/// <param name="Cpu">The CPU of the waker.</param>
/// <param name="ProcessId">The pid of the waker.</param>
/// <param name="Context">The context of the waker.</param>
internal readonly record struct WakeEvent(long Time, int Cpu, int ProcessId, ExecutionContext Context)
{
    /// <summary>Of a record.</summary>
    public static WakeEvent Of(in EventRecord record) => new(record.Time, record.Cpu, record.ProcessId, record.Context);
}

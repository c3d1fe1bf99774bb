using System.Runtime.InteropServices;

namespace KernelMagnifier.Model;

/// <summary>
/// One call event as readers hand it on: fixed size, names by number (see <see cref="CallNames"/>), so that
/// counting a recording allocates nothing per event.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct CallRecord
{
    /// <summary>A <see cref="Duration"/> or <see cref="SelfDuration"/> that the recording does not tell.</summary>
    public const long NoDuration = -1;

    /// <summary>A <see cref="Depth"/> that the recording does not tell.</summary>
    public const short NoDepth = -1;

    /// <summary>When the function was entered: nanoseconds, or counts where the clock is a counter (<see cref="TraceInfo.ClockUnit"/>).</summary>
    public long Time;

    /// <summary>Nanoseconds from entry to return, or <see cref="NoDuration"/>.</summary>
    public long Duration;

    /// <summary><see cref="Duration"/> less the durations of the traced functions it called, or <see cref="NoDuration"/>.</summary>
    public long SelfDuration;

    /// <summary>The function entered, as an id of <see cref="CallNames.Functions"/>.</summary>
    public int Function;

    /// <summary>The function that called it, as an id of <see cref="CallNames.Functions"/>; 0 when not known.</summary>
    public int Caller;

    /// <summary>The task, as an id of <see cref="CallNames.Tasks"/>; 0 when not known.</summary>
    public int Task;

    /// <summary>The CPU, or -1 when not known.</summary>
    public int Cpu;

    /// <summary>Nesting depth from the function_graph tracer, 0 outermost, or <see cref="NoDepth"/>.</summary>
    public short Depth;

    /// <summary>Where the kernel ran it.</summary>
    public ExecutionContext Context;
}

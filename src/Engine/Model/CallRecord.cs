using System.Runtime.InteropServices;

namespace KernelMagnifier.Model;

/// <summary>
/// One call as readers deliver it. It has a fixed size and refers to names by their ids in <see cref="CallNames"/>, so that
/// counting a recording allocates nothing per call.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CallRecord
{
    /// <summary>A <see cref="Duration"/> or <see cref="SelfDuration"/> that is not known.</summary>
    public const long NoDuration = -1;

    /// <summary>A <see cref="Time"/> that is not known.</summary>
    public const long NoTime = long.MinValue;

    /// <summary>A <see cref="Depth"/> that is not known.</summary>
    public const short NoDepth = -1;

    /// <summary>
    /// The time at which the function was entered, in nanoseconds or counts (<see cref="TraceInfo.ClockUnit"/>), or
    /// <see cref="NoTime"/>.
    /// </summary>
    public long Time;

    /// <summary>The nanoseconds from entry to return, or <see cref="NoDuration"/>.</summary>
    public long Duration;

    /// <summary>
    /// <see cref="Duration"/> minus the durations of the traced functions that it called, or <see cref="NoDuration"/>.
    /// </summary>
    public long SelfDuration;

    /// <summary>The id of the called function in <see cref="CallNames.Functions"/>.</summary>
    public int Function;

    /// <summary>The id of the calling function in <see cref="CallNames.Functions"/>; 0 if not known.</summary>
    public int Caller;

    /// <summary>The id of the task in <see cref="CallNames.Tasks"/>; 0 if not known.</summary>
    public int Task;

    /// <summary>The CPU; -1 if not known.</summary>
    public int Cpu;

    /// <summary>
    /// The call's stack in <see cref="CallNames.Stacks"/>; <see cref="StackTree.None"/> if the recording has no returns.
    /// </summary>
    public int Stack;

    /// <summary>The nesting depth of the function_graph tracer, 0 for the outermost call, or <see cref="NoDepth"/>.</summary>
    public short Depth;

    /// <summary>The execution context in which the function ran.</summary>
    public ExecutionContext Context;
}

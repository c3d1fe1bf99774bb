using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>An event in a <see cref="TextEventBlock"/>, or a loss of events.</summary>
internal struct TextEventEntry
{
    /// <summary>The <see cref="Schema"/> of a loss.</summary>
    public const int Loss = 0;

    /// <summary>The number of events of a loss if it is not known.</summary>
    public const long NotCounted = -1;

    /// <summary>
    /// The time of the event, or of the first event after a loss; <see cref="CallRecord.NoTime"/> if not known.
    /// </summary>
    public long Time;

    /// <summary>The number of events of a loss.</summary>
    public long Lost;

    /// <summary>The id of the schema in <see cref="TextEventSchemas"/>; <see cref="Loss"/> for a loss.</summary>
    public int Schema;

    /// <summary>The CPU; -1 if not known.</summary>
    public int Cpu;

    /// <summary>The pid; -1 if not known.</summary>
    public int ProcessId;

    /// <summary>The id of the task; 0 if not known.</summary>
    public int Task;

    /// <summary>Position and length of the message.</summary>
    public int BodyStart, BodyLength;

    /// <summary>Position and length of the lines of the stack.</summary>
    public int StackStart, StackLength;

    /// <summary>The number of calls in the block before the event.</summary>
    public int CallsBefore;

    /// <summary>The execution context.</summary>
    public ExecutionContext Context;
}

using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>What one line of function_graph text contributes to the nesting of calls.</summary>
internal struct FunctionGraphToken
{
    /// <summary>
    /// Nanoseconds, or <see cref="CallRecord.NoTime"/>. For <see cref="FunctionGraphTokenKind.Lost"/>, the number of events, or
    /// <see cref="CallRecord.NoTime"/> if it is not known.
    /// </summary>
    public long Time;

    /// <summary>Nanoseconds, or <see cref="CallRecord.NoDuration"/>.</summary>
    public long Duration;

    /// <summary>Id of the function; 0 for a closing brace without a name.</summary>
    public int Function;

    /// <summary>
    /// Id of the function to which a call returns (option <c>funcgraph-retaddr</c>), 0 if not known; see <see cref="Kind"/> for
    /// other meanings.
    /// </summary>
    public int Operand;

    /// <summary>Id of the task; 0 without a column for the task.</summary>
    public int Task;

    /// <summary>The CPU; -1 without a column for the CPU.</summary>
    public int Cpu;

    /// <summary>Nesting depth from the indentation, 0 outermost.</summary>
    public short Depth;

    /// <summary>What the line is.</summary>
    public FunctionGraphTokenKind Kind;

    /// <summary>The execution context from the flags.</summary>
    public ExecutionContext Context;
}

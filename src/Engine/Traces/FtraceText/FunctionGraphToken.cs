using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>One line of function_graph text, as far as nesting goes.</summary>
internal struct FunctionGraphToken
{
    public long Time;

    /// <summary>Nanoseconds, or <see cref="CallRecord.NoDuration"/>.</summary>
    public long Duration;

    /// <summary>The function; 0 for a closing brace that does not name it.</summary>
    public int Function;

    /// <summary>The function returned to where the line tells (funcgraph-retaddr), or see <see cref="Kind"/>.</summary>
    public int Other;

    public int Task;
    public int Cpu;
    public short Depth;
    public FunctionGraphTokenKind Kind;
    public ExecutionContext Context;
}

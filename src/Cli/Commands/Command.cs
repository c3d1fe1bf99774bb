using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cli.Commands;

/// <summary>One command of the tool.</summary>
internal abstract class Command
{
    /// <summary>Its name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in one line that begins with a verb.</summary>
    public abstract string Summary { get; }

    /// <summary>What it takes beside options, as the usage line shows it; empty for nothing.</summary>
    public virtual string Operands => "";

    /// <summary>Its options, in the order of the help. <c>--help</c> is every command's and not among them.</summary>
    public abstract IReadOnlyList<CliOption> Options { get; }

    /// <summary>More about it, as lines of text; empty for nothing.</summary>
    public virtual string Description => "";

    /// <summary>Examples: what it does, and the line to type.</summary>
    public abstract IReadOnlyList<(string What, string Line)> Examples { get; }

    /// <summary>The fixed words its operand may be, for shell completion; empty for files.</summary>
    public virtual IReadOnlyList<string> OperandChoices => [];

    /// <summary>
    /// Whether the process may be ended shortly after Ctrl-C even if <see cref="Run"/> has not returned.
    /// False for what has something to put back first.
    /// </summary>
    public virtual bool EndsAtOnce => true;

    /// <summary>Does it. Errors meant for the user are thrown: <see cref="CliException"/>, <see cref="TraceException"/>.</summary>
    /// <returns>The exit code.</returns>
    public abstract int Run(Arguments arguments, CliHost host);

    /// <summary>Refuses operands for commands that take none.</summary>
    protected static void NoOperands(Arguments arguments)
    {
        if (arguments.Operands.Count > 0) throw CliException.Usage($"'{arguments.Operands[0]}' is one word too many.");
    }
}

using KernelMagnifier.Cli.CommandLine;

namespace KernelMagnifier.Cli.Commands;

/// <summary>A command of the tool.</summary>
internal abstract class Command
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What the command does, in one line that begins with a verb and has no period.</summary>
    public abstract string Summary { get; }

    /// <summary>The operands in the usage line; empty for none.</summary>
    public virtual string Operands => "";

    /// <summary>The options in the order of the help, without <c>--help</c>.</summary>
    public abstract IReadOnlyList<CliOption> Options { get; }

    /// <summary>Further lines of the help; empty for none.</summary>
    public virtual string Description => "";

    /// <summary>The examples: a title and a command line each.</summary>
    public abstract IReadOnlyList<(string Title, string Line)> Examples { get; }

    /// <summary>The allowed operands, for shell completion; empty for files.</summary>
    public virtual IReadOnlyList<string> OperandChoices => [];

    /// <summary>
    /// Whether the process exits shortly after a signal even if <see cref="Run"/> has not returned. False if the command must
    /// clean up first.
    /// </summary>
    public virtual bool ExitsOnSignal => true;

    /// <summary>Runs the command.</summary>
    /// <exception cref="CliException">The command failed; the message is for the user.</exception>
    /// <exception cref="KernelMagnifierException">The engine failed; the message is for the user.</exception>
    /// <returns>The exit code.</returns>
    public abstract int Run(Arguments arguments, CliHost host);

    /// <summary>Throws if there are operands.</summary>
    protected static void RequireNoOperands(Arguments arguments)
    {
        if (arguments.Operands.Count > 0) throw CliException.Usage($"'{arguments.Operands[0]}' is not expected here. Omit it.");
    }
}

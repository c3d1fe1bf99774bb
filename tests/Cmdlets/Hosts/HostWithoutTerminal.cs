using System.Management.Automation.Host;

namespace KernelMagnifier.Cmdlets.Tests.Hosts;

/// <summary>A host with a user interface but without a terminal: its size and colours throw exceptions.</summary>
internal sealed class HostWithoutTerminal(params int[] answers) : HostWithoutInterface
{
    private readonly LineInterface _interface = new(answers);

    public override PSHostUserInterface UI => _interface;

    /// <summary>The lines that were written.</summary>
    public IReadOnlyList<string> Written => _interface.Written;

    /// <summary>The prompts.</summary>
    public IReadOnlyList<string> Asked => _interface.Asked;
}

using System.Management.Automation.Host;

namespace KernelMagnifier.Cmdlets.Tests.Hosts;

/// <summary>A host that writes and asks, but has no terminal: whoever asks for its size or colours gets an exception.</summary>
internal sealed class HostWithoutTerminal(params int[] answers) : HostWithoutInterface
{
    private readonly LineInterface _interface = new(answers);

    public override PSHostUserInterface UI => _interface;

    /// <summary>Everything that was written, a line each.</summary>
    public IReadOnlyList<string> Written => _interface.Written;

    /// <summary>What was asked.</summary>
    public IReadOnlyList<string> Asked => _interface.Asked;
}

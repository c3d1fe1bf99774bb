using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>The events of a block of lines, and the tokens of all its lines.</summary>
internal sealed class PerfScriptBlock
{
    /// <summary>The events.</summary>
    public TextEventBlock Events { get; } = new();

    /// <summary>The tokens.</summary>
    public PerfTokens Tokens { get; } = new();
}

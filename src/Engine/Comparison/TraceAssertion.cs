using KernelMagnifier.Text;

namespace KernelMagnifier.Comparison;

/// <summary>What was asserted about recordings, and what was found.</summary>
public sealed class TraceAssertion
{
    internal TraceAssertion() { }

    /// <summary>What it is about, such as <c>Wakeup P99</c> or <c>kfree_skb</c>. Untrusted text.</summary>
    public string Subject { get; internal init; } = "";

    /// <summary>What was expected, in words.</summary>
    public string Expected { get; internal init; } = "";

    /// <summary>What was found, in words.</summary>
    public string Found { get; internal init; } = "";

    /// <summary><c>Passed</c>, <c>Failed</c>, or <c>Undecided</c> if the data cannot carry the assertion, which is a failure.</summary>
    public string Outcome { get; internal init; } = "";

    /// <summary>What the outcome rests on: the number of intervals, the confidence interval, what is missing.</summary>
    public string Evidence { get; internal init; } = "";

    /// <summary>The command that looks closer.</summary>
    public string NextCommand { get; internal init; } = "";

    /// <summary>The recording; null of several.</summary>
    public string? Recording { get; internal init; }

    /// <summary>Whether the assertion holds.</summary>
    public bool Passed => Outcome == nameof(Passed);

    /// <summary>The message of a failure: expected, found, evidence, and the command that looks closer.</summary>
    public string Message => $"{Subject}: expected {Expected}, found {Found}. {Evidence} Look closer: {NextCommand}";

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Outcome}: {Message}");
}

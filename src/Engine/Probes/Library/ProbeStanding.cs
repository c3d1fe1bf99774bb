namespace KernelMagnifier.Probes.Library;

/// <summary>The judgement of a probe's reviews at a time.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">Why it is not approved, as a sentence; null if it is.</param>
internal sealed record ProbeStanding(ProbeState State, string? Reason)
{
    /// <summary>Who submitted it; null if nobody did.</summary>
    public string? Author { get; init; }

    /// <summary>Whose approvals count.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>How many approvals the policy wants.</summary>
    public int ApprovalsNeeded { get; init; }

    /// <summary>When the first approval or the review date that counts ends; null if it is not approved.</summary>
    public DateTimeOffset? ApprovedUntil { get; init; }
}

namespace KernelMagnifier.Probes.Library;

/// <summary>Where a probe stands between its author and a machine. Only <see cref="Approved"/> runs.</summary>
internal enum ProbeState
{
    /// <summary>Nobody submitted it.</summary>
    Draft,

    /// <summary>It waits for approvals.</summary>
    Submitted,

    /// <summary>A reviewer denied it.</summary>
    Denied,

    /// <summary>It has the approvals that the policy wants.</summary>
    Approved,

    /// <summary>Its approvals or its review date are past.</summary>
    Expired,

    /// <summary>It was approved, and changed since.</summary>
    Changed,

    /// <summary>An approver revoked it.</summary>
    Revoked,

    /// <summary>This machine ended a run that exceeded its budget.</summary>
    Suspended,

    /// <summary>It cannot be read, or breaks a rule of the policy.</summary>
    Invalid,
}

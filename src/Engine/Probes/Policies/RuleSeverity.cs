namespace KernelMagnifier.Probes.Policies;

/// <summary>What a finding of a rule means for a probe.</summary>
internal enum RuleSeverity
{
    /// <summary>The rule is not applied.</summary>
    Off,

    /// <summary>Reviewers are told.</summary>
    Warning,

    /// <summary>The probe cannot be approved and does not run.</summary>
    Error,
}

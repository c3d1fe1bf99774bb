namespace KernelMagnifier.Probes.Library;

/// <summary>What somebody states about a probe. Each action has a namespace of signatures of its own.</summary>
internal enum ReviewAction
{
    /// <summary>It is ready for review.</summary>
    Submit,

    /// <summary>It may run.</summary>
    Approve,

    /// <summary>It may not run.</summary>
    Deny,

    /// <summary>It may no longer run.</summary>
    Revoke,

    /// <summary>A remark without consequence.</summary>
    Comment,
}

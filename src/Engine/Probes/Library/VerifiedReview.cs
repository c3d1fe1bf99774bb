using KernelMagnifier.Probes.Signing;

namespace KernelMagnifier.Probes.Library;

/// <summary>A statement that counts.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Signer">Who made it; null for a submission that needs no signature.</param>
internal sealed record VerifiedReview(ReviewStatement Statement, SshSigner? Signer)
{
    /// <summary>Whether two statements are of one person: one name, or one key.</summary>
    public bool IsOfSamePerson(VerifiedReview other)
        => string.Equals(Statement.Principal, other.Statement.Principal, StringComparison.OrdinalIgnoreCase)
            || (Signer is not null && Signer.Key == other.Signer?.Key);
}

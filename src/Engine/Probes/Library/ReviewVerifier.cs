using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Signing;

namespace KernelMagnifier.Probes.Library;

/// <summary>
/// Decides which statements about a probe count. One counts if its signature is of its own action, by an allowed signer who has the
/// principal that it states, with a key that was valid at its time and is valid now, and is not revoked.
/// </summary>
/// <param name="name">The name of the probe.</param>
/// <param name="policy">The policy.</param>
/// <param name="now">The time.</param>
/// <param name="cancel">Ends it.</param>
internal sealed class ReviewVerifier(string name, ProbePolicy policy, DateTimeOffset now, CancellationToken cancel)
{
    private readonly List<string> _ignored = [];
    private SshTrust? _trust;
    private string? _distrust;

    /// <summary>The statements that do not count, each with the reason, as sentences.</summary>
    public IReadOnlyList<string> Ignored => _ignored;

    /// <summary>Verifies a statement.</summary>
    /// <returns>The statement and who made it, null for nobody known; null if it does not count.</returns>
    public VerifiedReview? Verify(ReviewFile file)
    {
        if (file.Statement is not { } statement) return Ignore(file, file.Fault ?? "it cannot be read.");
        if (statement.Probe != name) return Ignore(file, "it is about another probe.");
        if (statement.Time > now) return Ignore(file, "its time is in the future.");
        if (file.Signature is not { } signature)
            return statement.Action == ReviewAction.Submit && !policy.NeedsSignedSubmission
                ? new VerifiedReview(statement, null) : Ignore(file, "it is not signed.");
        if (Trust() is not { } trust) return Ignore(file, _distrust!);
        try
        {
            // A key that has expired signs nothing new, even if what it signs states an old time.
            var signer = SshSignature.Verify(signature, ReviewStatementFile.Namespace(statement.Action), file.Text, trust,
                statement.Principal, [statement.Time, now], cancel);
            return new VerifiedReview(statement, signer);
        }
        catch (KernelMagnifierException error) when (error.Code == ErrorCode.SignatureRefused)
        {
            return Ignore(file, error.Cause);
        }
    }

    private VerifiedReview? Ignore(ReviewFile file, string reason)
    {
        _ignored.Add($"{file.Name} does not count: {reason}");
        return null;
    }

    private SshTrust? Trust()
    {
        if (_trust is not null || _distrust is not null) return _trust;
        try
        {
            return _trust = SshTrust.Read(policy.AllowedSigners, policy.RevokedKeys);
        }
        catch (KernelMagnifierException error)
        {
            _distrust = $"{error.Target}: {error.Cause}";
            return null;
        }
    }
}

using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Signing;

namespace KernelMagnifier.Probes.Library;

/// <summary>Makes statements about probes: signs them, verifies them as a machine will, and stores them.</summary>
/// <param name="library">The library.</param>
/// <param name="policy">The policy.</param>
/// <param name="now">The time.</param>
/// <param name="cancel">Ends it.</param>
internal sealed class ReviewDesk(ProbeLibrary library, ProbePolicy policy, DateTimeOffset now, CancellationToken cancel)
{
    // A statement has seconds.
    private readonly DateTimeOffset _now = new(now.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    /// <summary>Makes a statement.</summary>
    /// <param name="source">The probe.</param>
    /// <param name="action">What is stated.</param>
    /// <param name="keyPath">The key that signs; null for a submission without signature.</param>
    /// <param name="comment">A reason or remark; null for none.</param>
    /// <param name="expires">When it ends; null if the policy alone decides.</param>
    /// <returns>The path of the statement.</returns>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.SigningFailed"/>, <see cref="ErrorCode.SignatureRefused"/>, <see cref="ErrorCode.ProbeRefused"/>: the rules
    /// do not allow it, or an error of the library.
    /// </exception>
    public string State(ProbeSource source, ReviewAction action, string? keyPath, string? comment, DateTimeOffset? expires)
    {
        if (comment is not null && (ProbeText.HasControl(comment, hasLines: true)
            || ProbeText.Length(comment) > ReviewStatementFile.LongestComment))
            throw new KernelMagnifierException(ErrorCode.BadRequest, null, "The comment is too long, or has a control character.",
                "Write less.");
        if (expires <= _now)
            throw new KernelMagnifierException(ErrorCode.BadRequest, null, "The approval would end before it begins.",
                "Choose a later time.");
        var @namespace = ReviewStatementFile.Namespace(action);
        var trust = keyPath is null ? null : SshTrust.Read(policy.AllowedSigners, policy.RevokedKeys);
        var statement = new ReviewStatement
        {
            Action = action, Probe = source.Name, Version = source.Manifest.Version, Hash = source.Hash,
            Principal = trust is null ? User() : SshSignature.PrincipalOf(keyPath!, @namespace, trust, _now, cancel), Time = _now,
            Expires = expires?.ToUniversalTime(), DataClass = source.Manifest.DataClass, Maturity = source.Manifest.Maturity,
                Comment = comment,
        };
        if (action == ReviewAction.Approve) CheckApproval(source, new VerifiedReview(statement, null));
        var text = ReviewStatementFile.Write(statement);
        var signature = keyPath is null ? null : SshSignature.Sign(keyPath, @namespace, text, cancel);
        if (signature is not null)
        {
            var signer = SshSignature.Verify(signature, @namespace, text, trust!, statement.Principal, [_now], cancel);
            if (action == ReviewAction.Approve) CheckApproval(source, new VerifiedReview(statement, signer));
        }
        return ProbeReviews.Add(library, source, statement, text, signature);
    }

    /// <summary>Refuses an approval that would not count, so that the reviewer learns of it now.</summary>
    private void CheckApproval(ProbeSource source, VerifiedReview approval)
    {
        var verifier = new ReviewVerifier(source.Name, policy, _now, cancel);
        var submissions = ProbeReviews.Of(library, source).All
            .Where(file => file.Statement is { Action: ReviewAction.Submit } statement && statement.Hash == source.Hash)
            .Select(verifier.Verify).OfType<VerifiedReview>().ToList();
        if (submissions.Count == 0)
            throw new KernelMagnifierException(ErrorCode.ProbeRefused, source.Name,
                string.Join(" ", verifier.Ignored.Prepend("nobody submitted it as it is now.")), "Let its author submit it.");
        if (submissions.Exists(approval.IsOfSamePerson))
            throw new KernelMagnifierException(ErrorCode.ProbeRefused, source.Name,
                $"{approval.Statement.Principal} submitted it, and its "
                + "author cannot approve it.", "Ask another reviewer.");
    }

    private static string User()
        => Environment.UserName is { Length: > 0 } name && !ProbeText.HasControl(name, hasLines: false) ? name : "unknown";
}

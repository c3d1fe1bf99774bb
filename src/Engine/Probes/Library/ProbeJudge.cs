using System.Globalization;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Library;

/// <summary>
/// Judges the statements about a probe. Of each person, the last statement about a content counts. A revocation is stronger than a
/// denial, and a denial than approvals. docs/formats/probe.md has the rules.
/// </summary>
internal sealed class ProbeJudge
{
    private readonly ProbeSource _source;
    private readonly ProbePolicy _policy;
    private readonly DateTimeOffset _now;
    private readonly ReviewVerifier _verifier;
    private readonly ProbeReviews _reviews;
    private readonly int _needed;

    private ProbeJudge(ProbeReviews reviews, ProbeSource source, ProbePolicy policy, DateTimeOffset now, CancellationToken cancel)
    {
        (_reviews, _source, _policy, _now) = (reviews, source, policy, now);
        _verifier = new ReviewVerifier(source.Name, policy, now, cancel);
        _needed = Needed(source.Manifest, policy);
    }

    /// <summary>Judges a probe.</summary>
    /// <param name="library">The library.</param>
    /// <param name="source">The probe as it was read.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="KernelMagnifierException">The statements cannot be read, or the library is not safe.</exception>
    public static ProbeStanding Judge(
        ProbeLibrary library, ProbeSource source, ProbePolicy policy, DateTimeOffset now, CancellationToken cancel)
        => Judge(ProbeReviews.Of(library, source), source, policy, now, cancel);

    /// <summary>Judges a probe whose statements were read.</summary>
    /// <inheritdoc cref="Judge(ProbeLibrary, ProbeSource, ProbePolicy, DateTimeOffset, CancellationToken)"/>
    public static ProbeStanding Judge(
        ProbeReviews reviews, ProbeSource source, ProbePolicy policy, DateTimeOffset now, CancellationToken cancel)
        => new ProbeJudge(reviews, source, policy, now, cancel).Judge();

    /// <summary>How many approvals a probe needs: the more of what its data class and its maturity need, and one at
    /// least.</summary>
    public static int Needed(ProbeManifest manifest, ProbePolicy policy)
        => Math.Max(1, Math.Max(policy.Approvals.GetValueOrDefault(manifest.DataClass, 1),
            policy.MaturityApprovals.GetValueOrDefault(manifest.Maturity)));

    private ProbeStanding Judge()
    {
        var about = Verified(_source.Hash);
        var submissions = about.Where(review => review.Statement.Action == ReviewAction.Submit).ToList();
        var people = new ReviewPeople(about);
        var last = LastWords(about, people);
        var approvals = last.Where(review => review.Statement.Action == ReviewAction.Approve
            && !submissions.Any(submission => people.AreOne(submission, review))).ToList();
        var (state, reason) = State(submissions, last, approvals);
        var current = approvals.Where(approval => End(approval) > _now).ToList();
        return new ProbeStanding(state, state == ProbeState.Approved ? null : Sentence(reason))
        {
            Author = submissions.Count > 0 ? submissions[0].Statement.Principal : null,
            Approvers = [.. current.Select(approval => approval.Statement.Principal)], ApprovalsNeeded = _needed,
            ApprovedUntil = state == ProbeState.Approved ? Until(current) : null,
        };
    }

    private (ProbeState State, string Reason) State(
        List<VerifiedReview> submissions, List<VerifiedReview> last, List<VerifiedReview> approvals)
    {
        if (Broken() is { } rule) return (ProbeState.Invalid, rule);
        if (last.Find(review => review.Statement.Action == ReviewAction.Revoke) is { } revoked)
            return (ProbeState.Revoked, Said(revoked, "revoked"));
        if (last.Find(review => review.Statement.Action == ReviewAction.Deny) is { } denied)
            return (ProbeState.Denied, Said(denied, "denied"));
        if (submissions.Count == 0) return Unsubmitted();
        if (_source.Manifest.ReviewBy is { } day && EndOf(day) <= _now)
            return (ProbeState.Expired, string.Create(CultureInfo.InvariantCulture, $"Its review was due on {day:yyyy-MM-dd}."));
        var current = approvals.Count(approval => End(approval) > _now);
        if (current >= _needed) return (ProbeState.Approved, "");
        if (approvals.Count >= _needed)
            return (ProbeState.Expired, string.Create(CultureInfo.InvariantCulture,
                $"Its approvals ended: that of {approvals.MinBy(End)!.Statement.Principal} on {approvals.Min(End):yyyy-MM-dd}."));
        var own = last.Exists(review => review.Statement.Action == ReviewAction.Approve && !approvals.Contains(review));
        return (ProbeState.Submitted, string.Create(CultureInfo.InvariantCulture, $"It has {current} of {_needed} approvals.")
            + (own ? " That of its author does not count." : ""));
    }

    /// <summary>The rule of the policy that the manifest breaks; null for none.</summary>
    private string? Broken()
    {
        var manifest = _source.Manifest;
        if (manifest.DataClass > _policy.MostSensitive)
            return $"The policy allows no data class beyond {_policy.MostSensitive}, and it has {manifest.DataClass}.";
        return manifest.Maturity < _policy.LeastMaturity
            ? $"The policy needs the maturity {_policy.LeastMaturity}, and it has {manifest.Maturity}." : null;
    }

    private (ProbeState State, string Reason) Unsubmitted()
    {
        var others = _reviews.All.Where(file
            => file.Statement is { Action: ReviewAction.Approve or ReviewAction.Submit } statement
            && statement.Hash != _source.Hash).OrderByDescending(file => file.Statement!.Time).ToList();
        var approved = others.Where(file => file.Statement!.Action == ReviewAction.Approve).Select(_verifier.Verify)
            .FirstOrDefault(review => review is not null);
        if (approved is not null)
            return (ProbeState.Changed, string.Create(CultureInfo.InvariantCulture,
                $"It changed since {approved.Statement.Principal} approved version {approved.Statement.Version} on {approved.Statement.Time:yyyy-MM-dd}."));
        return (ProbeState.Draft, others.Any(file => file.Statement!.Action == ReviewAction.Submit)
            ? "It changed since it was submitted." : "Nobody submitted it.");
    }

    private List<VerifiedReview> Verified(string hash)
        => [.. _reviews.All.Where(file => file.Statement is null
            || file.Statement.Hash == hash).Select(_verifier.Verify).OfType<VerifiedReview>()
            .OrderBy(review => review.Statement.Time)];

    /// <summary>The last word of each person. Who approves and later denies has denied.</summary>
    private static List<VerifiedReview> LastWords(List<VerifiedReview> reviews, ReviewPeople people)
    {
        var last = new List<VerifiedReview>();
        foreach (var review in reviews.Where(review
            => review.Statement.Action is not (ReviewAction.Submit or ReviewAction.Comment)))
        {
            // At the same second, the word that forbids stands.
            var own = last.FindAll(other => people.AreOne(other, review));
            if (own.Exists(other => other.Statement.Time == review.Statement.Time
                && other.Statement.Action > review.Statement.Action))
                continue;
            last.RemoveAll(own.Contains);
            last.Add(review);
        }
        return last;
    }

    private DateTimeOffset End(VerifiedReview approval)
    {
        var (end, stated) = (approval.Statement.Time + _policy.ApprovalLifetime, approval.Statement.Expires);
        return stated is { } time && time < end ? time : end;
    }

    /// <summary>When too few of the approvals are left, or the review is due.</summary>
    private DateTimeOffset Until(List<VerifiedReview> approvals)
    {
        var end = approvals.Select(End).OrderDescending().ElementAt(_needed - 1);
        return _source.Manifest.ReviewBy is { } day && EndOf(day) < end ? EndOf(day) : end;
    }

    private static DateTimeOffset EndOf(DateOnly day) => new(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static string Said(VerifiedReview review, string what)
        => string.Create(CultureInfo.InvariantCulture,
            $"{review.Statement.Principal} {what} it on {review.Statement.Time:yyyy-MM-dd}")
            + (review.Statement.Comment is { } comment ? $": {comment.TrimEnd('.')}." : ".");

    private string Sentence(string reason)
    {
        const int most = 3;
        var ignored = _verifier.Ignored;
        return ignored.Count == 0 ? reason : $"{reason} {string.Join(" ", ignored.Take(most))}"
            + (ignored.Count > most ? string.Create(CultureInfo.InvariantCulture, $" And {ignored.Count - most} more.") : "");
    }
}

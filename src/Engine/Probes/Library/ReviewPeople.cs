namespace KernelMagnifier.Probes.Library;

/// <summary>
/// Which statements are of one person. Whoever has a name or a key of another is the same person, also by way of a third
/// statement: a person with two keys and two names stays one.
/// </summary>
internal sealed class ReviewPeople
{
    private readonly Dictionary<string, string> _above = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the statements that count.</summary>
    public ReviewPeople(IEnumerable<VerifiedReview> reviews)
    {
        foreach (var review in reviews)
            if (review.Signer is { } signer) _above[Find(NameOf(review))] = Find($"key {signer.Key}");
    }

    /// <summary>Whether two statements are of one person.</summary>
    public bool AreOne(VerifiedReview one, VerifiedReview other)
        => string.Equals(Find(NameOf(one)), Find(NameOf(other)), StringComparison.OrdinalIgnoreCase);

    private static string NameOf(VerifiedReview review) => $"name {review.Statement.Principal}";

    private string Find(string at)
    {
        while (_above.TryGetValue(at, out var above) && !string.Equals(above, at, StringComparison.OrdinalIgnoreCase)) at = above;
        return at;
    }
}

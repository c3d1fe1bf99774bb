using System.Text;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Library;

/// <summary>Compares contents of a probe: as it is now, and as it was submitted at any time.</summary>
internal sealed class ProbeComparison
{
    private const int Around = 3;

    private readonly ProbeSource _source;
    private readonly ProbeReviews _reviews;
    private readonly ReviewVerifier _verifier;

    /// <summary>Reads the statements about a probe.</summary>
    public ProbeComparison(ProbeLibrary library, ProbeSource source, ProbePolicy policy, DateTimeOffset now,
        CancellationToken cancel)
        => (_source, _reviews, _verifier)
            = (source, ProbeReviews.Of(library, source), new ReviewVerifier(source.Name, policy, now, cancel));

    /// <summary>
    /// The hash of the content that was approved last, this one not counted; without any, of the one that was submitted last. Null if
    /// there is none. Whom the statement is of does not matter here: a reviewer sees what differs from it.
    /// </summary>
    public string? Reference()
        => Last(ReviewAction.Approve, file => _verifier.Verify(file) is not null) ?? Last(ReviewAction.Submit, _ => true);

    /// <summary>The full hash of one that is kept, of its beginning; null if it is not one.</summary>
    public string? Find(string beginning)
    {
        var hashes = _reviews.All.Select(file => file.Statement?.Hash).OfType<string>().Append(_source.Hash).Distinct()
            .Where(hash => hash.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)).ToList();
        return hashes.Count == 1 ? hashes[0] : null;
    }

    /// <summary>The manifest of a content; null if it was not kept.</summary>
    public ProbeManifest? Manifest(string hash)
        => Files(hash)?.TryGetValue("manifest", out var text) == true ? ProbeManifestFile.Read(text, $"{hash}.txt") : null;

    /// <summary>The lines that differ between two contents, with three lines around them.</summary>
    /// <param name="before">The hash of the one; null for nothing, so that all lines are added.</param>
    /// <param name="after">The hash of the other.</param>
    /// <exception cref="KernelMagnifierException">A content was not kept, or was changed since.</exception>
    public IEnumerable<ProbeDifference> Compare(string? before, string after)
    {
        var old = before is null ? new Dictionary<string, ReadOnlyMemory<byte>>() : Kept(before);
        var @new = Kept(after);
        foreach (var file in old.Keys.Union(@new.Keys).Order(StringComparer.Ordinal))
            foreach (var line in Compare(FileName(file), Lines(old, file), Lines(@new, file))) yield return line;
    }

    private string? Last(ReviewAction action, Func<ReviewFile, bool> counts)
        => _reviews.All.Where(file => file.Statement is { } statement && statement.Action == action
            && statement.Hash != _source.Hash)
            .OrderByDescending(file => file.Statement!.Time).FirstOrDefault(counts)?.Statement!.Hash;

    private IEnumerable<ProbeDifference> Compare(string file, string[] old, string[] @new)
    {
        var pairs = LineDifference.Of(old, @new);
        var shown = new bool[pairs.Count];
        for (var i = 0; i < pairs.Count; i++)
            if (pairs[i] is { Old: < 0 } or { New: < 0 })
                Array.Fill(shown, true, Math.Max(0, i - Around),
                    Math.Min(pairs.Count - 1, i + Around) - Math.Max(0, i - Around) + 1);
        for (var i = 0; i < pairs.Count; i++)
        {
            var (before, after) = pairs[i];
            if (!shown[i]) continue;
            yield return new ProbeDifference(_source.Name, file, before < 0 ? "Added" : after < 0 ? "Removed" : "Same",
                before < 0 ? null : before + 1, after < 0 ? null : after + 1, before < 0 ? @new[after] : old[before]);
        }
    }

    private IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Kept(string hash)
        => Files(hash) ?? throw new KernelMagnifierException(ErrorCode.ProbeUnreadable, _source.Name,
            $"the content {hash[..12]} was not kept, or was changed since.", "Restore it from the history of the library.");

    private IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Files(string hash)
        => hash == _source.Hash ? CanonicalProbe.Parse(CanonicalProbe.Of(_source))
            : _reviews.Content(hash) is { } form ? CanonicalProbe.Parse(form) : null;

    private string FileName(string file) => file switch
    {
        "program" => $"{_source.Name}.bt",
        "manifest" => $"{_source.Name}.json",
        _ => file["import ".Length..],
    };

    private static string[] Lines(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files, string file)
    {
        if (!files.TryGetValue(file, out var content) || content.Length == 0) return [];
        var text = Encoding.UTF8.GetString(content.Span);
        // The last line has an end, or it differs from one that has.
        return text.EndsWith('\n') ? text[..^1].Split('\n')
            : [.. text.Split('\n')[..^1], text.Split('\n')[^1] + " (no line feed at the end)"];
    }
}

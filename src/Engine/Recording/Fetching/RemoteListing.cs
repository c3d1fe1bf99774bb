using System.Globalization;

namespace KernelMagnifier.Recording.Fetching;

/// <summary>
/// What a host answers when it is asked for files: four texts for each, the last four being Z and nothing else. The first text says what it
/// is (F: a file, and the other letters of <see cref="FetchErrors.OfPath"/>), then follow path, length and hash. Untrusted.
/// </summary>
internal static class RemoteListing
{
    private const int Fields = 4;

    /// <summary>The files. What a wildcard matches besides regular files is left out.</summary>
    /// <param name="host">The host.</param>
    /// <param name="fields">The texts.</param>
    /// <param name="paths">What was asked for.</param>
    /// <param name="failed">Takes the error of a path.</param>
    /// <returns>The files; null if the answer is cut or no listing.</returns>
    public static IReadOnlyList<RemoteRecording>? Files(
        string host, ReadOnlySpan<string> fields, IReadOnlyList<RemotePath> paths, Action<KernelMagnifierException> failed)
    {
        if (fields.Length == 0 || fields.Length % Fields != 0 || fields[^Fields] != "Z") return null;
        var files = new List<RemoteRecording>();
        for (var rest = fields[..^Fields]; rest.Length > 0; rest = rest[Fields..])
        {
            var (kind, path) = (rest[0], rest[1].StartsWith("./", StringComparison.Ordinal) ? rest[1][2..] : rest[1]);
            if (kind == "F")
            {
                if (!long.TryParse(rest[2].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                    || !RemoteRecording.IsHash(rest[3])) return null;
                files.Add(new RemoteRecording(path, length, rest[3]));
            }
            else if (kind != "O" || paths.Any(asked => !asked.HasWildcards && asked.Text == path)) failed(FetchErrors.OfPath(host, path, kind));
        }
        return files;
    }
}

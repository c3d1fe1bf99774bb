using System.Text;

namespace KernelMagnifier.Probes.Signing;

/// <summary>Finds a key in a text of allowed signers. What it finds is a guess that a signature proves.</summary>
internal static class AllowedSigners
{
    private const int LongestKey = 64 * 1024;

    /// <summary>The only principal that is named for a public key; null if none or several are, or if the key cannot be
    /// read.</summary>
    /// <param name="keyPath">The private or public key; the public one is read.</param>
    /// <param name="signers">The text of the allowed signers.</param>
    public static string? PrincipalOf(string keyPath, ReadOnlySpan<byte> signers)
    {
        if (PublicKey(keyPath) is not { } key) return null;
        var found = new HashSet<string>();
        foreach (var line in Encoding.UTF8.GetString(signers).Split('\n'))
        {
            var parts = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 3 || parts[0].StartsWith('#') || !parts.Contains(key)) continue;
            if (line.Contains("cert-authority", StringComparison.Ordinal)) return null;
            found.UnionWith(parts[0].Trim('"').Split(','));
        }
        return found.Count == 1 ? found.First() : null;
    }

    /// <summary>The key itself, in base 64: the second word of its file.</summary>
    private static string? PublicKey(string keyPath)
    {
        var path = keyPath.EndsWith(".pub", StringComparison.Ordinal) ? keyPath : keyPath + ".pub";
        // Beside a certificate, ssh-keygen signs with the certificate.
        if (File.Exists(path[..^4] + "-cert.pub")) return null;
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: < LongestKey }) return null;
            var words = File.ReadAllText(path).Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
            return words.Length >= 2 && !words[0].Contains("-cert-", StringComparison.Ordinal) ? words[1] : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

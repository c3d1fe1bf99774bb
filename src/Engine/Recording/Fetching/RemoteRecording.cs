namespace KernelMagnifier.Recording.Fetching;

/// <summary>A file of another host, as that host describes it. Untrusted.</summary>
/// <param name="Path">Its path there.</param>
/// <param name="Length">Its length, in bytes.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hexadecimal digits.</param>
internal sealed record RemoteRecording(string Path, long Length, string Sha256)
{
    /// <summary>Whether a text has the form of a SHA-256.</summary>
    public static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}

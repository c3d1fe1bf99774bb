using System.Text;

namespace KernelMagnifier.Recording.Fetching;

/// <summary>Writes paths as words of a POSIX shell, so that no character of them is an instruction.</summary>
internal static class ShellText
{
    /// <summary>A word that stands for exactly this text.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A path that no command takes for an option.</summary>
    public static string Quote(RemotePath path)
    {
        var text = path.Text.StartsWith('/') ? path.Text : $"./{path.Text}";
        return path.IsLiteral ? Quote(text) : Pattern(text);
    }

    /// <summary>A word in which only wildcards have a meaning.</summary>
    private static string Pattern(string text)
    {
        var word = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            // A hyphen and an exclamation mark have a meaning in brackets only.
            if (char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '*' or '?' or '[' or ']' or '-' or '!') word.Append(c);
            else word.Append('\'').Append(c == '\'' ? "'\"'\"'" : c.ToString()).Append('\'');
        }
        return word.ToString();
    }
}

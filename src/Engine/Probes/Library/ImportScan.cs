using System.Text;

namespace KernelMagnifier.Probes.Library;

/// <summary>
/// Finds the files that a program imports: the word <c>import</c> and a text after it, outside comments and texts. It knows no more
/// of the language, so that it misses none; one that it finds too much is refused if it is not in the library.
/// </summary>
internal static class ImportScan
{
    /// <summary>The imported paths, in their order, as the program spells them.</summary>
    /// <param name="program">The program.</param>
    public static IReadOnlyList<string> Find(ReadOnlySpan<byte> program)
    {
        var found = new List<string>();
        var (at, isAfterWord) = (0, false);
        while (at < program.Length)
        {
            var rest = program[at..];
            if (rest[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
            else if (rest.StartsWith("//"u8)) at += End(rest, "\n"u8);
            else if (rest.StartsWith("/*"u8)) at += 2 + End(rest[2..], "*/"u8);
            else if (rest[0] == '"')
            {
                var length = Quoted(rest);
                if (isAfterWord) found.Add(Encoding.UTF8.GetString(rest[1..Math.Max(1, length - 1)]));
                (at, isAfterWord) = (at + length, false);
            }
            else
            {
                var length = Word(rest);
                isAfterWord = rest[..length].SequenceEqual("import"u8);
                at += Math.Max(1, length);
            }
        }
        return found;
    }

    private static int End(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark)
        => text.IndexOf(mark) is >= 0 and var at ? at + mark.Length : text.Length;

    private static int Quoted(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') return i + 1;
        }
        return text.Length;
    }

    private static int Word(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit((char)text[length]) || text[length] == '_')) length++;
        return length;
    }
}

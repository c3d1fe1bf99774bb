using System.Text;

namespace KernelMagnifier.Probes.Language;

/// <summary>Reads attach points, which are raw text and not tokens.</summary>
internal sealed class AttachPointReader(ProgramText text, ProgramLexer lexer)
{
    /// <summary>Reads one attach point; null if there is none.</summary>
    public AttachPoint? Read()
    {
        var start = lexer.SkipLayout(lexer.Offset);
        var raw = new StringBuilder();
        var at = start;
        var hasPath = false;
        for (; at < text.Source.Length; at++)
        {
            var c = text[at];
            if (c is '{' or '}' or ',' or ';' || char.IsWhiteSpace(c)) break;
            if (c == '/' && (text[at + 1] is '/' or '*' || !hasPath)) break;
            if (c == ':' && !hasPath) hasPath = Canonical(raw.ToString()) is "uprobe" or "uretprobe" or "usdt";
            if (c == '"')
            {
                var end = EndOfText(at);
                raw.Append(text.Source, at, end - at);
                at = end - 1;
            }
            else raw.Append(c);
        }
        lexer.Offset = at;
        if (raw.Length == 0) return null;
        var whole = ProgramText.Decode(raw.ToString());
        var parts = Split(whole);
        return new AttachPoint(whole, Canonical(parts[0]), parts[1..], text.Position(start));
    }

    /// <summary>The full name of a type of probe; null if it is not known.</summary>
    public static string? Canonical(string type)
        => Vocabulary.ProbeTypes.TryGetValue(type, out var name) ? name
            : type is "BEGIN" or "END" ? type : Vocabulary.ProbeTypes.GetValueOrDefault(type.ToLowerInvariant());

    private int EndOfText(int at)
    {
        for (var end = at + 1; end < text.Source.Length && text[end] != '\n'; end++)
            if (text[end] == '\\') end++;
            else if (text[end] == '"') return end + 1;
        throw new ProgramSyntaxException(at, "the text does not end");
    }

    private static List<string> Split(string raw)
    {
        List<string> parts = [];
        var (from, quoted) = (0, false);
        for (var at = 0; at < raw.Length; at++)
        {
            if (raw[at] == '"') quoted = !quoted;
            if (raw[at] != ':' || quoted) continue;
            // C++ names have two colons.
            if (parts.Count > 1 && at + 1 < raw.Length && raw[at + 1] == ':')
            {
                at++;
                continue;
            }
            parts.Add(raw[from..at]);
            from = at + 1;
        }
        parts.Add(raw[from..]);
        return parts;
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;

namespace KernelMagnifier.Probes.Language;

/// <summary>
/// Splits a program into tokens on demand: attach points and lines of the C preprocessor have rules of their own, so the parser
/// reads them as raw text in between.
/// </summary>
internal sealed class ProgramLexer(ProgramText text)
{
    private static readonly string[] Signs =
    [
        "<<=", ">>=", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
        "->", "..",
    ];

    private const string SingleSigns = "{}()[]<>,;:=+-*/%&|^!~.?#";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF_");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789_");

    private Token? _next;
    private int _at;

    /// <summary>The byte after the last token that was taken. Setting it goes back.</summary>
    public int Offset
    {
        get => _at;
        set => (_at, _next) = (value, null);
    }

    /// <summary>The next token, which stays.</summary>
    public Token Peek() => _next ??= Read(_at);

    /// <summary>The next token.</summary>
    public Token Take()
    {
        var token = Peek();
        (_at, _next) = (token.End, null);
        return token;
    }

    /// <summary>The token after the next one.</summary>
    public Token PeekSecond() => Read(Peek().End);

    /// <summary>The first byte at or after an offset that is neither white space nor a comment.</summary>
    public int SkipLayout(int at)
    {
        while (true)
        {
            var c = text[at];
            if (c is ' ' or '\t' or '\n' or '\r' or '\v' or '\f') at++;
            else if (c == '/' && text[at + 1] == '/')
            {
                var end = text.Source.IndexOf('\n', at);
                at = end < 0 ? text.Source.Length : end + 1;
            }
            else if (c == '/' && text[at + 1] == '*')
            {
                var end = text.Source.IndexOf("*/", at + 2, StringComparison.Ordinal);
                if (end < 0) throw new ProgramSyntaxException(at, "the comment does not end");
                at = end + 2;
            }
            else return at;
        }
    }

    /// <summary>Whether a character can begin a name.</summary>
    public static bool BeginsName(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private Token Read(int from)
    {
        var start = SkipLayout(from);
        if (start >= text.Source.Length) return new Token(TokenKind.End, "", start, start);
        var c = text[start];
        if (BeginsName(c)) return Of(TokenKind.Name, start, EndOfName(start));
        if (char.IsAsciiDigit(c)) return Number(start);
        if (c == '"') return Quoted(start);
        if (c == '@') return Of(TokenKind.Map, start, BeginsName(text[start + 1]) ? EndOfName(start + 1) : start + 1);
        if (c == '$') return Dollar(start);
        foreach (var sign in Signs)
            if (string.CompareOrdinal(text.Source, start, sign, 0, sign.Length) == 0)
                return new Token(TokenKind.Sign, sign, start, start + sign.Length);
        if (SingleSigns.Contains(c, StringComparison.Ordinal)) return Of(TokenKind.Sign, start, start + 1);
        throw new ProgramSyntaxException(start,
            string.Create(CultureInfo.InvariantCulture, $"the byte 0x{(int)c:x2} cannot stand here"));
    }

    private Token Of(TokenKind kind, int start, int end) => new(kind, text.Source[start..end], start, end);

    private int EndOfName(int at)
    {
        while (IsNamePart(text[at])) at++;
        return at;
    }

    private Token Dollar(int start)
    {
        if (text[start + 1] == '#') return Of(TokenKind.ParameterCount, start, start + 2);
        if (BeginsName(text[start + 1])) return Of(TokenKind.Variable, start, EndOfName(start + 1));
        var end = start + 1;
        while (char.IsAsciiDigit(text[end])) end++;
        if (end == start + 1) throw new ProgramSyntaxException(start, "a name or number must follow '$'");
        if (end - start > 9 || text.Source[(start + 1)..end].Trim('0').Length == 0)
            throw new ProgramSyntaxException(start, "positional parameters are counted from $1");
        return Of(TokenKind.Parameter, start, end);
    }

    private Token Number(int start)
    {
        var end = EndOfName(start);
        if (!IsNumber(text.Source.AsSpan(start, end - start)))
            throw new ProgramSyntaxException(start, $"'{text.Source[start..end]}' is not a number");
        return Of(TokenKind.Number, start, end);
    }

    private static bool IsNumber(ReadOnlySpan<char> word)
    {
        if (word.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            var digits = word[2..].TrimEnd("uUlL");
            return digits.Length > 0 && !digits.ContainsAnyExcept(HexDigits);
        }
        var end = word.IndexOfAnyExcept(Digits);
        if (end < 0) return true;
        var rest = word[end..];
        return rest is "ns" or "us" or "ms" or "s" or "m" or "h" or "d" or "u" or "U" or "l" or "L" or "ul" or "UL" or "ll" or "LL"
                or "ull" or "ULL"
            || (rest[0] is 'e' or 'E' && rest.Length > 1 && rest[1..].IndexOfAnyExceptInRange('0', '9') < 0);
    }

    private Token Quoted(int start)
    {
        var value = new StringBuilder();
        for (var at = start + 1; at < text.Source.Length; at++)
        {
            var c = text[at];
            if (c == '"') return new Token(TokenKind.Text, ProgramText.Decode(value.ToString()), start, at + 1);
            if (c == '\n') break;
            if (c == '\\') value.Append(Escaped(ref at));
            else value.Append(c);
        }
        throw new ProgramSyntaxException(start, "the text does not end");
    }

    private char Escaped(ref int at)
    {
        var c = text[++at];
        switch (c)
        {
            case 'n': return '\n';
            case 't': return '\t';
            case 'r': return '\r';
            case '"' or '\\': return c;
            case 'x' when char.IsAsciiHexDigit(text[at + 1]):
                var digits = char.IsAsciiHexDigit(text[at + 2]) ? 2 : 1;
                at += digits;
                return (char)int.Parse(text.Source.AsSpan(at - digits + 1, digits), NumberStyles.HexNumber,
                    CultureInfo.InvariantCulture);
            case >= '0' and <= '7':
                var value = c - '0';
                for (var more = 0; more < 2 && text[at + 1] is >= '0' and <= '7' and var next; more++,
                    at++) value = value * 8 + next - '0';
                return value <= 255 ? (char)value : throw new ProgramSyntaxException(at, "the octal escape is above 255");
            default: throw new ProgramSyntaxException(at - 1, "the text has an escape that is not known");
        }
    }
}

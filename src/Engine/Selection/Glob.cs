namespace KernelMagnifier.Selection;

/// <summary>
/// A wildcard pattern: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!x]</c>. A backslash or a backtick escapes the next character.
/// Patterns are case-sensitive, as kernel symbols are. The time to match is at most proportional to the product of both lengths.
/// </summary>
public sealed class Glob
{
    private readonly string _pattern;

    /// <summary>Creates a pattern.</summary>
    public Glob(string pattern) => _pattern = pattern;

    /// <summary>Whether a text contains wildcards.</summary>
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny("*?[") >= 0;

    /// <summary>Whether the pattern matches the whole text.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        // Remembers the last star; after a mismatch, the star matches one more character.
        int p = 0, t = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < _pattern.Length && _pattern[p] == '*')
            {
                star = ++p;
                resume = t;
            }
            else if (p < _pattern.Length && MatchOne(text[t], p, out var next))
            {
                p = next;
                t++;
            }
            else if (star >= 0)
            {
                p = star;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }
        while (p < _pattern.Length && _pattern[p] == '*') p++;
        return p == _pattern.Length;
    }

    private bool MatchOne(char c, int at, out int next)
    {
        next = at + 1;
        switch (_pattern[at])
        {
            case '?':
                return true;
            case '[' when ClosingBracket(at) is > 0 and var end:
                next = end + 1;
                return InSet(c, at + 1, end);
            case '\\' or '`' when at + 1 < _pattern.Length:
                next = at + 2;
                return _pattern[at + 1] == c;
            default:
                return _pattern[at] == c;
        }
    }

    /// <summary>
    /// Finds the end of a set. A <c>]</c> directly after <c>[</c> or <c>[!</c> is part of the set; a <c>[</c> that is not closed
    /// matches itself.
    /// </summary>
    private int ClosingBracket(int at)
    {
        var from = at + 1;
        if (from < _pattern.Length && _pattern[from] is '!' or '^') from++;
        return from + 1 < _pattern.Length ? _pattern.IndexOf(']', from + 1) : -1;
    }

    private bool InSet(char c, int from, int end)
    {
        var negated = _pattern[from] is '!' or '^';
        if (negated) from++;
        for (var i = from; i < end; i++)
        {
            if (i + 2 < end && _pattern[i + 1] == '-')
            {
                if (c >= _pattern[i] && c <= _pattern[i + 2]) return !negated;
                i += 2;
            }
            else if (_pattern[i] == c)
            {
                return !negated;
            }
        }
        return negated;
    }

    /// <inheritdoc/>
    public override string ToString() => _pattern;
}

namespace KernelMagnifier.Selection;

/// <summary>
/// A wildcard pattern: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!x]</c>; a backslash or a backtick takes the next character as it is.
/// Case matters, as it does to the kernel. Matching takes time in proportion to pattern times text, whatever they hold.
/// </summary>
public sealed class Glob
{
    private readonly string _pattern;

    /// <summary>Takes a pattern.</summary>
    public Glob(string pattern) => _pattern = pattern;

    /// <summary>Whether a text is a pattern rather than a plain name.</summary>
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny("*?[") >= 0;

    /// <summary>Whether the whole text matches.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        // The classic walk: remember the last star, and on a mismatch let it take one character more.
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

    /// <summary>A <c>]</c> right after the opening (or its <c>!</c>) is part of the set; a bracket never closed is itself.</summary>
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

namespace KernelMagnifier.Probes.Results;

/// <summary>A part of the format of a printed line: a text that is always the same, or a value.</summary>
/// <param name="Conversion">The letter of the conversion, such as <c>d</c>; 0 for a text that is always the same.</param>
/// <param name="Literal">That text.</param>
/// <param name="Width">The least number of characters of a value.</param>
/// <param name="IsLeft">Whether blanks that fill the width are after the value.</param>
internal readonly record struct LineElement(char Conversion, string Literal, int Width, bool IsLeft)
{
    private const int LongestNumber = 24;

    /// <summary>Whether it is a value of any characters.</summary>
    public bool IsText => Conversion is 's' or 'r' or 'B';

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber => Conversion is not '\0' and not 'c' && !IsText;

    /// <summary>
    /// The next place at which the element can end, if it begins at a place of a text. Not for texts, which can end anywhere.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The place.</param>
    /// <param name="after">The end before; the start for the first end.</param>
    /// <returns>The end; -1 if there is no further one.</returns>
    public int NextEnd(ReadOnlySpan<char> text, int start, int after)
    {
        var rest = text[start..];
        if (Conversion == '\0')
            return after == start && Literal.Length > 0 && rest.StartsWith(Literal, StringComparison.Ordinal)
                ? start + Literal.Length : -1;
        var most = Math.Min(rest.Length, Math.Max(Width, LongestNumber));
        for (var length = Math.Max(after - start + 1, Math.Max(Width, 1)); length <= most; length++)
        {
            if (Conversion == 'c' && length > Math.Max(Width, 4)) return -1;
            if (Fits(rest[..length])) return start + length;
        }
        return -1;
    }

    /// <summary>The value without the blanks that fill its width.</summary>
    public ReadOnlySpan<char> Trim(ReadOnlySpan<char> value)
        => Width == 0 || value.Length != Width ? value : IsLeft ? value.TrimEnd(' ') : value.TrimStart(' ');

    private bool Fits(ReadOnlySpan<char> value)
    {
        var bare = Trim(value);
        if (Conversion == 'c')
            return bare.Length == 1 || (bare.Length == 4 && bare.StartsWith("\\x")) || (bare.IsEmpty && value.Length == 1);
        if (bare.IsEmpty) return false;
        if (Conversion is 'x' or 'X' or 'p')
        {
            var digits = bare.StartsWith("0x") || bare.StartsWith("0X") ? bare[2..] : bare;
            return !digits.IsEmpty && OutputNumbers.IsHex(digits);
        }
        var number = bare[0] is '-' or '+' or ' ' ? bare[1..] : bare;
        return !number.IsEmpty && !number.ContainsAnyExceptInRange('0', '9');
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace KernelMagnifier.Probes.Results;

/// <summary>Values of the JSON of bpftrace as objects.</summary>
internal static class OutputNumbers
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private const int MostParts = 64, LongestText = 1 << 16;

    /// <summary>The value: a number, a text, an array of parts, or null.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isUnsigned">Whether negative numbers are unsigned ones that were printed as signed.</param>
    public static object? Of(JsonElement value, bool isUnsigned = false) => value.ValueKind switch
    {
        JsonValueKind.Number => Number(value, isUnsigned),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => value.EnumerateArray().Take(MostParts).Select(part => Of(part)).ToArray(),
        JsonValueKind.Object => Raw(value),
        _ => null,
    };

    /// <summary>A whole number; null for another value.</summary>
    public static long? Whole(JsonElement value)
        => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    /// <summary>The number that a text is: decimal, or hexadecimal after <c>0x</c>; null for another text.</summary>
    public static object? Parse(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("0x"))
            return ulong.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)
                ? Fit(hex) : null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var signed)) return signed;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned) ? unsigned : null;
    }

    /// <summary>Whether a text has only hexadecimal digits.</summary>
    public static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);

    /// <summary>A signed number if the number is one.</summary>
    public static object Fit(ulong number) => number <= long.MaxValue ? (long)number : number;

    private static object Number(JsonElement value, bool isUnsigned)
    {
        if (value.TryGetInt64(out var signed)) return isUnsigned ? unchecked((ulong)signed) : signed;
        if (value.TryGetUInt64(out var unsigned)) return unsigned;
        return value.TryGetDouble(out var real) && double.IsFinite(real) ? real : Raw(value);
    }

    private static string Raw(JsonElement value)
        => value.GetRawText() is var text && text.Length > LongestText ? text[..LongestText] : text;
}

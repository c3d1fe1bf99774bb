namespace KernelMagnifier.Symbols;

/// <summary>Build ids that a user specifies.</summary>
internal static class BuildIds
{
    // As in the notes of a file: 4 to 64 bytes.
    private const int FewestDigits = 8, MostDigits = 128;

    /// <summary>A build id in lower case; null when none is specified.</summary>
    /// <exception cref="KernelMagnifierException">It is not one.</exception>
    public static string? Checked(string? specified)
        => specified is null || (specified.Length is >= FewestDigits and <= MostDigits && specified.Length % 2 == 0
            && specified.All(char.IsAsciiHexDigit))
            ? specified?.ToLowerInvariant()
            : throw new KernelMagnifierException(ErrorCode.BadRequest, null,
                $"'{specified}' is not a build id: it must have an even number of hexadecimal digits, "
                    + $"{FewestDigits} to {MostDigits}.",
                "Specify what file or readelf -n shows of the vmlinux, or omit it.");

    /// <summary>Whether two build ids are the same.</summary>
    public static bool AreEqual(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}

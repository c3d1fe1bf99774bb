using System.Globalization;

namespace KernelMagnifier.Logs.Spooling;

/// <summary>A record that waits. Its file is named by its number, or by the numbers of the records that it says were dropped.
/// </summary>
/// <param name="First">Its number, or that of the first record that it replaces.</param>
/// <param name="Last">The same number, or that of the last record that it replaces.</param>
/// <param name="IsDrop">Whether it replaces others.</param>
/// <param name="Size">The disk space that it takes, in bytes.</param>
internal readonly record struct SpoolEntry(long First, long Last, bool IsDrop, long Size)
{
    private const string End = ".json";
    private const int Digits = 19; // those of the largest number

    /// <summary>The name of its file. Names sort as records do.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{First:D19}{(IsDrop ? $"-{Last:D19}" : "")}{End}");

    /// <summary>Whether another record is counted in this one as dropped.</summary>
    public bool Replaces(SpoolEntry other) => IsDrop && other != this && First <= other.First && other.Last <= Last;

    /// <summary>Reads the name of a file; false if it is not that of a record.</summary>
    public static bool TryParse(string name, long size, out SpoolEntry entry)
    {
        entry = default;
        if (!name.EndsWith(End, StringComparison.Ordinal)) return false;
        var numbers = name.AsSpan(0, name.Length - End.Length);
        var isDrop = numbers.Length == 2 * Digits + 1;
        if (numbers.Length < Digits || !TryNumber(numbers[..Digits], out var first)) return false;
        var last = first;
        if (isDrop && !TryNumber(numbers[(Digits + 1)..], out last)) return false;
        entry = new SpoolEntry(first, last, isDrop, size);
        return first <= last && entry.Name == name;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out long number)
        => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

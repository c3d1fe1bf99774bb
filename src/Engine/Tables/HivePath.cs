using System.Text;

namespace KernelMagnifier.Tables;

/// <summary>Values in the names of folders and files, as Hive writes them.</summary>
internal static class HivePath
{
    /// <summary>The value that is not known.</summary>
    public const string Null = "__HIVE_DEFAULT_PARTITION__";

    // The limit of file systems, less what temporary names add.
    private const int LongestName = 220;

    /// <summary>The name of the folder of a value.</summary>
    public static string Folder(string column, string? value)
        => Checked($"{column}={(value is null ? Null : ValueOf(value))}");

    /// <summary>The column and the value of a folder; null if it is none of a value. The value is untrusted text.</summary>
    public static (string Column, string? Value)? Parse(string folder)
    {
        var equals = folder.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) return null;
        var value = folder[(equals + 1)..];
        return (folder[..equals], value == Null ? null : Decode(value));
    }

    /// <summary>The name of a file, which no reader hides: it begins neither with a dot nor with an underscore.</summary>
    public static string File(string name, string extension)
    {
        var encoded = Encode(name);
        if (encoded[0] is '.' or '_') encoded = $"%{(int)encoded[0]:X2}{encoded[1..]}";
        return Checked(encoded + extension);
    }

    /// <summary>Writes every byte but some of ASCII as %XX.</summary>
    public static string Encode(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            var isPlain = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~';
            if (isPlain && value is not ("." or ".." or Null)) text.Append((char)b);
            else text.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    /// <summary>The value that was encoded. What is no escape stays as it is.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal)) return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            var isEscape = bytes[at] == '%' && at + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[at + 1])
                && char.IsAsciiHexDigit((char)bytes[at + 2]);
            bytes[length++] = isEscape ? Convert.FromHexString(bytes.AsSpan(at + 1, 2))[0] : bytes[at];
            if (isEscape) at += 2;
        }
        return Encoding.UTF8.GetString(bytes.AsSpan(0, length));
    }

    private static string ValueOf(string value)
    {
        var encoded = Encode(value);
        // DuckDB and others read this text, of any case, as a value that is not known.
        return encoded.Equals("null", StringComparison.OrdinalIgnoreCase) ? $"%{(int)encoded[0]:X2}{encoded[1..]}" : encoded;
    }

    private static string Checked(string name) => name.Length <= LongestName ? name
        : throw new KernelMagnifierException(ErrorCode.OutputNotWritable, name[..40] + "…",
            $"the name is longer than {LongestName} characters when it is encoded for a path.", "Give a shorter name.");
}

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>
/// Reads the fields of a message of an event that is not well known: <c>name=value</c>, where a value ends before the next name,
/// or <c>name: value, name: value</c> for the arguments of a system call.
/// </summary>
internal static class MessagePairs
{
    private const int LongestName = 100;

    /// <summary>Finds the next field.</summary>
    /// <param name="message">The message.</param>
    /// <param name="separator">The byte between name and value.</param>
    /// <param name="at">Where to search; advanced to the end of the field.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    public static bool TryNext(ReadOnlySpan<byte> message, byte separator, ref int at, out FieldSlice name, out FieldSlice value)
    {
        (name, value) = (FieldSlice.None, FieldSlice.None);
        if (!TryName(message, separator, at, out name)) return false;
        var start = name.Start + name.Length + 1;
        if (separator == ':')
            while (start < message.Length && message[start] == ' ')
                start++;
        at = TryName(message, separator, start, out var next) ? next.Start : message.Length;
        value = new FieldSlice(start, message[start..at].TrimEnd(" ,"u8).Length);
        return true;
    }

    /// <summary>Finds the value of a field; none if the message does not contain it.</summary>
    public static FieldSlice Find(ReadOnlySpan<byte> message, byte separator, ReadOnlySpan<byte> name)
    {
        for (var at = 0; TryNext(message, separator, ref at, out var found, out var value);)
            if (found.Of(message).SequenceEqual(name))
                return value;
        return FieldSlice.None;
    }

    /// <summary>The number in a value, which text in brackets can follow: <c>9 [action=RCU]</c>.</summary>
    public static ReadOnlySpan<byte> WithoutNote(ReadOnlySpan<byte> value)
        => value.IndexOf(" ["u8) is > 0 and var note && value[note - 1] is >= (byte)'0' and <= (byte)'9' ? value[..note] : value;

    private static bool TryName(ReadOnlySpan<byte> message, byte separator, int from, out FieldSlice name)
    {
        name = FieldSlice.None;
        while (from < message.Length)
        {
            var end = message[from..].IndexOf(separator);
            if (end < 0) return false;
            end += from;
            var start = end;
            while (start > from && end - start < LongestName && IsNameByte(message[start - 1])) start--;
            if (start < end && !char.IsAsciiDigit((char)message[start])
                && (start == 0 || message[start - 1] is (byte)' ' or (byte)',' or (byte)'\n' or (byte)'('))
            {
                name = new FieldSlice(start, end - start);
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    private static bool IsNameByte(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'_' or (byte)'.';
}

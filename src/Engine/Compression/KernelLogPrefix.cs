namespace KernelMagnifier.Compression;

/// <summary>
/// What the kernel, dmesg, syslog and journald write before the text of a line in the kernel's log:
/// <c>&lt;4&gt;[   12.345678][ T1234] </c>, <c>Nov 29 09:30:00 host kernel: </c> and combinations of them.
/// </summary>
/// <remarks>
/// <c>info_print_prefix</c> in <c>kernel/printk/printk.c</c>; dmesg(1); <c>Documentation/ABI/testing/dev-kmsg</c>.
/// </remarks>
internal static class KernelLogPrefix
{
    private const int Longest = 160;

    private static ReadOnlySpan<byte> Months => "JanFebMarAprMayJunJulAugSepOctNovDec"u8;

    /// <summary>The length of the prefix of a line, with the space after it; 0 if the line has none.</summary>
    public static int Length(ReadOnlySpan<byte> line)
    {
        line = line[..Math.Min(line.Length, Longest)];
        var at = 0;
        if (TrySkipRecord(line, ref at)) return at;
        TrySkipLevel(line, ref at);
        var hasPlace = TrySkipHost(line, ref at);
        TrySkipFacility(line, ref at);
        if (!TrySkipTime(line, ref at)) return hasPlace || TrySkipIsoDate(line, ref at) ? at : 0;
        // A serial console logger writes its own time before that of the kernel.
        TrySkipTime(line, ref at);
        // short-monotonic of journalctl has the host after the time.
        if (!hasPlace) TrySkipKernel(line, ref at);
        return at;
    }

    /// <summary><c>6,1234,12345678,-;</c>: /dev/kmsg and the extended netconsole.</summary>
    private static bool TrySkipRecord(ReadOnlySpan<byte> line, ref int at)
    {
        var i = 0;
        for (var field = 0; field < 3; field++, i++)
            if (!TrySkipDigits(line, ref i) || i >= line.Length || line[i] != ',')
                return false;
        var end = line[i..].IndexOf((byte)';');
        if (end is < 1 or > 64) return false;
        at = i + end + 1;
        return true;
    }

    /// <summary><c>&lt;4&gt;</c>.</summary>
    private static void TrySkipLevel(ReadOnlySpan<byte> line, ref int at)
    {
        var i = at + 1;
        if (at >= line.Length || line[at] != '<' || !TrySkipDigits(line, ref i) || i >= line.Length || line[i] != '>') return;
        at = i + 1;
    }

    /// <summary><c>kern  :warn  : </c> (dmesg -x).</summary>
    private static void TrySkipFacility(ReadOnlySpan<byte> line, ref int at)
    {
        var i = at;
        for (var part = 0; part < 2; part++)
        {
            var start = i;
            while (i < line.Length && char.IsAsciiLetterLower((char)line[i])) i++;
            if (i == start) return;
            while (i < line.Length && line[i] == ' ') i++;
            if (i >= line.Length || line[i] != ':') return;
            i++;
        }
        if (i < line.Length && line[i] == ' ') at = i + 1;
    }

    /// <summary><c>Nov 29 09:30:00 host kernel: </c>, or the date and time of ISO 8601.</summary>
    private static bool TrySkipHost(ReadOnlySpan<byte> line, ref int at)
    {
        var i = at;
        if (!TrySkipDate(line, ref i)) return false;
        if (!TrySkipKernel(line, ref i)) return false;
        at = i;
        return true;
    }

    /// <summary><c>2025-11-29T09:30:00,123456+00:00 </c> (dmesg --time-format iso).</summary>
    private static bool TrySkipIsoDate(ReadOnlySpan<byte> line, ref int at)
        => at + 4 < line.Length && line[at + 4] == '-' && TrySkipDate(line, ref at);

    private static bool TrySkipDate(ReadOnlySpan<byte> line, ref int at)
    {
        var text = line[at..];
        if (text.Length > 20 && text[4] == '-' && text[7] == '-' && text[10] is (byte)'T' or (byte)' '
            && text[13] == ':' && text[16] == ':')
        {
            var end = text[11..].IndexOf((byte)' ');
            at += 11 + end + 1;
            return end > 0;
        }
        // "Nov  9 09:30:00 "
        if (text.Length < 17 || Months.IndexOf(text[..3]) % 3 != 0 || text[3] != ' ' || text[9] != ':' || text[12] != ':')
            return false;
        var space = text[7..].IndexOf((byte)' ');
        at += 7 + space + 1;
        return space > 0;
    }

    /// <summary><c>host kernel: </c>.</summary>
    private static bool TrySkipKernel(ReadOnlySpan<byte> line, ref int at)
    {
        var text = line[at..];
        var space = text.IndexOf((byte)' ');
        if (space <= 0 || !text[(space + 1)..].StartsWith("kernel: "u8)) return false;
        at += space + 9;
        return true;
    }

    /// <summary>
    /// <c>[   12.345678] </c>, with <c>[ T1234]</c> (CONFIG_PRINTK_CALLER), a difference (dmesg -d) or a date (dmesg -T).
    /// </summary>
    private static bool TrySkipTime(ReadOnlySpan<byte> line, ref int at)
    {
        var i = at;
        if (i >= line.Length || line[i] != '[') return false;
        var end = line[i..].IndexOf((byte)']');
        if (end < 0 || !IsTime(line.Slice(i + 1, end - 1))) return false;
        i += end + 1;
        if (i < line.Length && line[i] == '[' && line[i..].IndexOf((byte)']') is > 0 and var caller
            && line.Slice(i + 1, caller - 1).TrimStart((byte)' ') is [(byte)'T' or (byte)'C', ..])
            i += caller + 1;
        // The line can be empty after it.
        if (i < line.Length && line[i] == ' ') i++;
        else if (i < line.Length && line[i] is not ((byte)'\r' or (byte)'\n')) return false;
        at = i;
        return true;
    }

    private static bool IsTime(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart((byte)' ');
        // dmesg -d without the time: "<    0.000012>"
        if (text is [(byte)'<', .. var difference, (byte)'>']) text = difference.TrimStart((byte)' ');
        // dmesg -e: "Nov29 09:30", then "  +0.000012"
        if (text.Length == 11 && Months.IndexOf(text[..3]) % 3 == 0 && text[5] == ' ' && text[8] == ':') return true;
        var i = text is [(byte)'+', ..] ? 1 : 0;
        if (TrySkipDigits(text, ref i) && i < text.Length && text[i] == '.')
        {
            i++;
            // dmesg -d: "   12.345678 <    0.000012>"
            return TrySkipDigits(text, ref i) && (i == text.Length || text[i..].StartsWith(" <"u8));
        }
        // "2026-11-29 09:30:00.123"
        if (text.Length is >= 19 and < 40 && text[4] == '-' && text[7] == '-' && text[10] is (byte)' ' or (byte)'T')
            return text[13] == ':' && text[16] == ':';
        // "Mon Nov 29 09:30:00 2026"
        return text.Length is >= 24 and < 32 && text[3] == ' ' && Months.IndexOf(text.Slice(4, 3)) % 3 == 0 && text[13] == ':';
    }

    private static bool TrySkipDigits(ReadOnlySpan<byte> text, ref int at)
    {
        var from = at;
        while (at < text.Length && char.IsAsciiDigit((char)text[at])) at++;
        return at > from;
    }
}

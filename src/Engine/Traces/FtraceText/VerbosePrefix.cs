using System.Buffers.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Reads prefixes of kind <see cref="LinePrefixKind.Verbose"/>:
/// <c>"%16s %7d %3d %d %08x %08lx [%08llx] %ld.%03ldms (+%ld.%03ldms): "</c>. The flags are a number, as in the ring buffer.
/// </summary>
/// <remarks><c>trace_print_lat_context</c> in <c>kernel/trace/trace_output.c</c>.</remarks>
internal static class VerbosePrefix
{
    /// <summary>Reads the prefix at the first bracket around which all fields match: a comm can contain brackets.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, ref LinePrefix prefix)
    {
        prefix.Kind = LinePrefixKind.Verbose;
        var bracket = line.IndexOf(" ["u8);
        while (bracket >= 0)
        {
            if (TryParseAt(line, bracket + 1, ref prefix)) return true;
            var next = line[(bracket + 1)..].IndexOf(" ["u8);
            bracket = next < 0 ? -1 : bracket + 1 + next;
        }
        return false;
    }

    private static bool TryParseAt(ReadOnlySpan<byte> line, int bracket, ref LinePrefix prefix)
    {
        var left = line[..bracket];
        if (!TryTakeLast(ref left, true, out _) || !TryTakeLast(ref left, true, out _)
            || !TryTakeLast(ref left, false, out var flags)
            || !TryTakeLast(ref left, false, out var cpu) || !TryTakeLast(ref left, false, out var pid)
            || cpu >= TraceLimits.MaxCpus || pid > int.MaxValue) return false;
        var at = bracket + 1;
        while (at < line.Length && line[at] != ']') at++;
        at += 2;
        if (at >= line.Length || !TryReadMilliseconds(line, ref at, out var time)) return false;
        if (at + 2 > line.Length || !line[at..].StartsWith("ms ("u8)) return false;
        var end = line[at..].IndexOf("): "u8);
        if (end < 0) return false;
        var comm = left.TrimEnd((byte)' ').Length;
        var start = 0;
        while (start < comm && line[start] == ' ') start++;
        (prefix.Comm, prefix.ProcessId, prefix.Cpu) = (start..comm, (int)pid, (int)cpu);
        prefix.Context = TraceFlags.Context((int)(flags & 0xFF));
        (prefix.Time, prefix.HasTime, prefix.Body) = (time, true, at + end + 3);
        return true;
    }

    /// <summary>Reads milliseconds with an optional fraction of three digits, as nanoseconds.</summary>
    private static bool TryReadMilliseconds(ReadOnlySpan<byte> line, ref int at, out long time)
    {
        if (!DecimalText.TryRead(line, ref at, out time)) return false;
        time *= 1_000_000;
        if (at >= line.Length || line[at] != '.') return true;
        at++;
        if (!DecimalText.TryRead(line, ref at, out var micro)) return false;
        time += micro * 1000;
        return true;
    }

    /// <summary>Removes the last number from a text.</summary>
    private static bool TryTakeLast(ref ReadOnlySpan<byte> text, bool hex, out ulong value)
    {
        text = text.TrimEnd((byte)' ');
        var space = text.LastIndexOf((byte)' ');
        var word = text[(space + 1)..];
        var ok = Utf8Parser.TryParse(word, out value, out var used, hex ? 'x' : 'D') && used == word.Length && space > 0;
        text = space > 0 ? text[..space] : default;
        return ok;
    }
}

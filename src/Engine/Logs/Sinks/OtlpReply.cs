using System.Text;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>The reply of a receiver: an <c>ExportMetricsServiceResponse</c>.</summary>
/// <param name="Rejected">The number of points that it did not take.</param>
/// <param name="Message">Why; empty if it does not say.</param>
internal readonly record struct OtlpReply(long Rejected, string Message)
{
    private const int PartialSuccess = 1, RejectedPoints = 1, ErrorMessage = 2;

    /// <summary>Reads a reply; null if it is none.</summary>
    public static OtlpReply? Read(ReadOnlySpan<byte> message)
    {
        var reply = new OtlpReply(0, "");
        while (!message.IsEmpty)
        {
            if (!TryField(ref message, out var field, out _, out var inner)) return null;
            if (field != PartialSuccess) continue;
            while (!inner.IsEmpty)
            {
                if (!TryField(ref inner, out field, out var number, out var text)) return null;
                if (field == RejectedPoints) reply = reply with { Rejected = (long)number };
                if (field == ErrorMessage) reply = reply with { Message = Encoding.UTF8.GetString(text) };
            }
        }
        return reply;
    }

    private static bool TryField(ref ReadOnlySpan<byte> from, out int field, out ulong number, out ReadOnlySpan<byte> bytes)
    {
        (field, number) = (0, 0);
        bytes = default;
        if (!TryVariable(ref from, out var tag) || tag >> 3 is 0 or > int.MaxValue) return false;
        field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0: return TryVariable(ref from, out number);
            case 1: return TryTake(ref from, sizeof(ulong), out bytes);
            case 2: return TryVariable(ref from, out var length) && TryTake(ref from, length, out bytes);
            case 5: return TryTake(ref from, sizeof(uint), out bytes);
            default: return false;
        }
    }

    private static bool TryTake(ref ReadOnlySpan<byte> from, ulong length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (length > (ulong)from.Length) return false;
        bytes = from[..(int)length];
        from = from[(int)length..];
        return true;
    }

    private static bool TryVariable(ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (var i = 0; i < 10 && i < from.Length; i++)
        {
            value |= (ulong)(from[i] & 0x7F) << (7 * i);
            if (from[i] >= 0x80) continue;
            from = from[(i + 1)..];
            return true;
        }
        return false;
    }
}

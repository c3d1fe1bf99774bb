namespace KernelMagnifier.Traces.Formats;

/// <summary>The sizes of the C types that formats name.</summary>
internal static class CTypes
{
    /// <summary>The size of a type in bytes; 0 if it is not known.</summary>
    /// <param name="type">The type, such as <c>unsigned long</c> or <c>struct page *</c>.</param>
    /// <param name="longSize">The size of the recorded kernel's <c>long</c>.</param>
    public static int SizeOf(ReadOnlySpan<byte> type, int longSize)
    {
        type = type.Trim((byte)' ');
        if (type.StartsWith("const "u8)) type = type[6..];
        // The elements of a cpumask are printed and decoded as those of a bitmap.
        if (type.StartsWith("cpumask_t"u8)) return longSize;
        if (type.IndexOf((byte)'*') >= 0) return longSize;
        if (type.StartsWith("__"u8)) type = type[2..];
        if (type.StartsWith("unsigned "u8)) type = type[9..];
        else if (type.StartsWith("signed "u8)) type = type[7..];
        return type switch
        {
            [(byte)'c', (byte)'h', (byte)'a', (byte)'r'] => 1,
            _ when type.SequenceEqual("u8"u8) || type.SequenceEqual("s8"u8) || type.SequenceEqual("bool"u8)
                || type.SequenceEqual("uint8_t"u8) || type.SequenceEqual("int8_t"u8) || type.SequenceEqual("_Bool"u8) => 1,
            _ when type.SequenceEqual("short"u8) || type.SequenceEqual("u16"u8) || type.SequenceEqual("s16"u8)
                || type.SequenceEqual("be16"u8) || type.SequenceEqual("le16"u8) || type.SequenceEqual("uint16_t"u8) => 2,
            _ when type.SequenceEqual("int"u8) || type.SequenceEqual("unsigned"u8) || type.SequenceEqual("u32"u8)
                || type.SequenceEqual("s32"u8) || type.SequenceEqual("be32"u8) || type.SequenceEqual("le32"u8)
                || type.SequenceEqual("uint32_t"u8) || type.SequenceEqual("int32_t"u8) => 4,
            _ when type.SequenceEqual("long long"u8) || type.SequenceEqual("u64"u8) || type.SequenceEqual("s64"u8)
                || type.SequenceEqual("be64"u8) || type.SequenceEqual("le64"u8) || type.SequenceEqual("uint64_t"u8) => 8,
            _ when type.SequenceEqual("long"u8) || type.SequenceEqual("size_t"u8)
                || type.SequenceEqual("uintptr_t"u8) => longSize,
            _ => 0,
        };
    }

    /// <summary>The bits that a cast to a type keeps; all if the type is no integer of a known size.</summary>
    /// <remarks>
    /// libtraceevent knows fewer types: where it does not know one, the value passes unchanged. Values are not sign-extended, as
    /// there: a conversion such as <c>%d</c> takes the bits that it prints.
    /// </remarks>
    public static ulong MaskOf(ReadOnlySpan<byte> type)
    {
        if (type.StartsWith("unsigned "u8)) type = type[9..];
        if (type.SequenceEqual("u8"u8) || type.SequenceEqual("s8"u8) || type.SequenceEqual("char"u8)) return 0xff;
        if (type.SequenceEqual("u16"u8) || type.SequenceEqual("s16"u8) || type.SequenceEqual("short"u8)) return 0xffff;
        if (type.SequenceEqual("u32"u8) || type.SequenceEqual("s32"u8) || type.SequenceEqual("int"u8)) return 0xffffffff;
        return ulong.MaxValue;
    }
}

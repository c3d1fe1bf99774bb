using System.Buffers.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.Formats;

/// <summary>A field of an event, from its format file.</summary>
internal sealed class EventFieldFormat
{
    // A record is at most one page long, and the largest page has 1 MB.
    private const int Largest = 1 << 20;

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The name as bytes.</summary>
    public required byte[] NameBytes { get; init; }

    /// <summary>The offset in the record in bytes.</summary>
    public required int Offset { get; init; }

    /// <summary>The size in bytes; 0 for an array of variable length at the end of the record.</summary>
    public required int Size { get; init; }

    /// <summary>Whether it is a signed number, or an array of them.</summary>
    public bool IsSigned { get; init; }

    /// <summary>How its bytes are read.</summary>
    public FieldShape Shape { get; init; }

    /// <summary>Where its bytes are.</summary>
    public FieldPlace Place { get; init; }

    /// <summary>The size of an element of an array: 1, 2, 4 or 8.</summary>
    public int ElementSize { get; init; }

    /// <summary>Whether it is declared as an array.</summary>
    public bool IsArray => Shape != FieldShape.Number;

    /// <summary>Whether it is a number of 1, 2, 4 or 8 bytes in the record itself.</summary>
    public bool IsNumber => Shape == FieldShape.Number;

    /// <summary>Parses a line such as <c>field:char prev_comm[16];	offset:8;	size:16;	signed:0;</c>.</summary>
    /// <param name="line">The line.</param>
    /// <param name="longSize">The size of the recorded kernel's <c>long</c>.</param>
    /// <param name="field">The field.</param>
    /// <remarks><c>f_show</c> in <c>kernel/trace/trace_events.c</c>.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> line, int longSize, out EventFieldFormat field)
    {
        field = null!;
        line = line.Trim(" \t\r"u8);
        if (!line.StartsWith("field:"u8) || line.IndexOf((byte)';') is not (> 6 and var end)) return false;
        var declaration = line[6..end].Trim(" \t"u8);
        line = line[(end + 1)..];
        if (!TryNumber(line, "offset:"u8, out var offset) || !TryNumber(line, "size:"u8, out var size)) return false;
        _ = TryNumber(line, "signed:"u8, out var signed);
        var (type, name, brackets) = Split(declaration);
        var place = type.StartsWith("__data_loc "u8) ? FieldPlace.Located
            : type.StartsWith("__rel_loc "u8) ? FieldPlace.LocatedFromHere
            : size == 0 ? FieldPlace.Rest : FieldPlace.Fixed;
        if (place >= FieldPlace.Located) type = type[(type.IndexOf((byte)' ') + 1)..];
        var isPointer = type.IndexOf((byte)'*') >= 0 && place < FieldPlace.Located;
        var isArray = !brackets.IsEmpty || place != FieldPlace.Fixed || size is not (1 or 2 or 4 or 8);
        var isText = isArray && !isPointer && IsChar(type);
        var element = !isArray ? size : isPointer ? longSize : ElementSizeOf(type, brackets, size, longSize);
        field = new EventFieldFormat
        {
            Name = NameText.Decode(name), NameBytes = name.ToArray(), Offset = offset, Size = size, Place = place,
            IsSigned = signed != 0 && !isPointer, ElementSize = element,
            Shape = isText ? FieldShape.Text : isArray ? FieldShape.Array : FieldShape.Number,
        };
        return true;
    }

    /// <summary>Finds the bytes of the field in a record. Their length is limited to the record.</summary>
    /// <returns>False if the record does not contain them.</returns>
    public bool TryLocate(ReadOnlySpan<byte> body, bool isBigEndian, out int offset, out int length)
    {
        (offset, length) = (Offset, Size);
        if (Place == FieldPlace.Rest)
        {
            length = body.Length - Offset;
            return length >= 0;
        }
        if (Offset + Size > body.Length) return false;
        if (Place == FieldPlace.Fixed) return true;
        var location = body.Slice(Offset, Size);
        if (Size == 4)
        {
            var value = (uint)FieldDecoder.Unsigned(location, isBigEndian);
            (offset, length) = ((int)(value & 0xffff), (int)(value >> 16));
        }
        else if (Size == 2)
        {
            offset = (int)FieldDecoder.Unsigned(location, isBigEndian);
            length = -1;
        }
        else
        {
            return false;
        }
        if (Place == FieldPlace.LocatedFromHere) offset += Offset + Size;
        if (length < 0) length = body.Length - offset;
        return length >= 0 && offset + length <= body.Length;
    }

    /// <summary>Splits a declaration into type, name and what the brackets contain, brackets included.</summary>
    private static Declaration Split(ReadOnlySpan<byte> text)
    {
        var bracket = text.IndexOf((byte)'[');
        var close = bracket < 0 ? -1 : text[bracket..].LastIndexOf((byte)']');
        var brackets = close < 0 ? default : text.Slice(bracket, close + 1);
        // "__data_loc char[] name": the brackets belong to the type.
        if (close >= 0 && bracket + close + 1 < text.Length)
            return new Declaration(text[..bracket].TrimEnd((byte)' '), text[(bracket + close + 1)..].Trim((byte)' '), brackets);
        var named = (bracket < 0 ? text : text[..bracket]).TrimEnd((byte)' ');
        var start = named.LastIndexOfAny((byte)' ', (byte)'*') + 1;
        return new Declaration(named[..start].TrimEnd((byte)' '), named[start..], brackets);
    }

    private static bool IsChar(ReadOnlySpan<byte> type)
        => type.SequenceEqual("char"u8) || type.SequenceEqual("const char"u8) || type.SequenceEqual("signed char"u8);

    private static int ElementSizeOf(ReadOnlySpan<byte> type, ReadOnlySpan<byte> brackets, int size, int longSize)
    {
        if (CTypes.SizeOf(type, longSize) is var known && known > 0) return known;
        if (brackets.Length > 2 && Utf8Parser.TryParse(brackets[1..], out int count, out _) && count > 0 && size % count == 0
            && size / count is 1 or 2 or 4 or 8)
            return size / count;
        return 1;
    }

    private static bool TryNumber(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, out int value)
    {
        value = 0;
        var at = line.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(line[(at + key.Length)..], out value, out _) && value is >= 0 and <= Largest;
    }

    private readonly ref struct Declaration(ReadOnlySpan<byte> type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> brackets)
    {
        private readonly ReadOnlySpan<byte> _type = type, _name = name, _brackets = brackets;

        public void Deconstruct(out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> brackets)
        {
            type = _type;
            name = _name;
            brackets = _brackets;
        }
    }
}

using System.Buffers.Binary;

namespace KernelMagnifier.Traces.Formats;

/// <summary>
/// Evaluates expressions of a <c>print fmt</c> for one record. Nothing outside the record is read, except symbols and texts
/// of the
/// recording.
/// </summary>
/// <remarks>
/// Numbers are unsigned and have 64 bits, and fields are not sign-extended, as in libtraceevent: the conversion that prints a
/// number takes the bits it needs.
/// </remarks>
internal readonly ref struct PrintEvaluator(ReadOnlySpan<byte> body, IEventEnvironment environment)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private readonly IEventEnvironment _environment = environment;
    private readonly bool _isBigEndian = environment.IsBigEndian;

    /// <summary>The value of an expression; 0 if the record does not contain what it refers to.</summary>
    public ulong Number(PrintExpression e) => e.Kind switch
    {
        PrintExpressionKind.Number => e.Value,
        PrintExpressionKind.Field => Read(e.Field!.Offset, e.Field.Size),
        PrintExpressionKind.Cast => Number(e.Left!) & e.Value,
        PrintExpressionKind.Element => Element(e),
        PrintExpressionKind.Conditional => Number(Number(e.Left!) != 0 ? e.Right! : e.Third!),
        PrintExpressionKind.AndAlso => Number(e.Left!) != 0 && Number(e.Right!) != 0 ? 1ul : 0,
        PrintExpressionKind.OrElse => Number(e.Left!) != 0 || Number(e.Right!) != 0 ? 1ul : 0,
        PrintExpressionKind.FieldLength => Locate(e.Field!, out _, out var length) ? (ulong)length : 0,
        PrintExpressionKind.Not => Number(e.Left!) == 0 ? 1ul : 0,
        PrintExpressionKind.Complement => ~Number(e.Left!),
        PrintExpressionKind.Negate => 0 - Number(e.Left!),
        > PrintExpressionKind.Negate => Binary(e.Kind, Number(e.Left!), Number(e.Right!)),
        _ => 0,
    };

    /// <summary>Writes an expression as <c>%s</c> does.</summary>
    public void WriteText(PrintText text, PrintExpression e, PrintConversion conversion, int width, int precision)
    {
        switch (e.Kind)
        {
            case PrintExpressionKind.Text:
                PrintNumbers.WriteText(text, conversion, width, precision, e.Text);
                break;
            case PrintExpressionKind.Field:
                WriteField(text, e.Field!, conversion, width, precision);
                break;
            case PrintExpressionKind.FieldText or PrintExpressionKind.FieldData:
                if (Locate(e.Field!, out var offset, out var length) && length > 0)
                    PrintNumbers.WriteText(text, conversion, width, precision, UpToNull(_body[offset..]));
                break;
            case PrintExpressionKind.Symbolic:
                WriteSymbol(text, e, conversion, width, precision);
                break;
            case PrintExpressionKind.Flags:
                WriteFlags(text, e, conversion, width, precision);
                break;
            case PrintExpressionKind.Conditional:
                WriteText(text, Number(e.Left!) != 0 ? e.Right! : e.Third!, conversion, width, precision);
                break;
            case PrintExpressionKind.Cast:
                WriteText(text, e.Left!, conversion, width, precision);
                break;
            case PrintExpressionKind.Bitmask or PrintExpressionKind.CpuMask:
                WriteMask(text, e, conversion, width, precision);
                break;
            case PrintExpressionKind.Hex or PrintExpressionKind.HexText:
                PrintBytes.Hex(text, Data(e.Left!, Number(e.Right!)), e.Kind == PrintExpressionKind.Hex ? " "u8 : default);
                break;
            case PrintExpressionKind.Array:
                WriteArray(text, e);
                break;
            case PrintExpressionKind.Call:
                WriteCall(text, e);
                break;
        }
    }

    /// <summary>Writes a pointer as <c>%p</c> with its extension does.</summary>
    public void WritePointer(PrintText text, PrintExpression e, ReadOnlySpan<byte> extension, int length)
    {
        switch (extension.IsEmpty ? (byte)0 : extension[0])
        {
            case (byte)'s' or (byte)'f': WriteFunction(text, Number(e), withOffset: false); break;
            case (byte)'S' or (byte)'F': WriteFunction(text, Number(e), withOffset: true); break;
            case (byte)'M' or (byte)'m': PrintBytes.Mac(text, Data(e), extension); break;
            case (byte)'I' or (byte)'i': PrintAddresses.Write(text, Data(e), extension, _isBigEndian); break;
            case (byte)'U': PrintBytes.Uuid(text, Data(e), extension); break;
            case (byte)'h':
                var letter = extension.Length > 1 ? extension[1] : (byte)' ';
                var delimiter = letter switch { (byte)' ' => " "u8, (byte)'C' => ":"u8, (byte)'D' => "-"u8, _ => default };
                PrintBytes.Hex(text, Data(e, (ulong)Math.Max(length, 0)), delimiter);
                break;
            case (byte)'b':
                var mask = Data(e, ((ulong)Math.Max(length, 0) + 7) / 8);
                if (extension.Length > 1) PrintBytes.BitList(text, mask, _isBigEndian);
                else PrintBytes.Bitmask(text, mask, _isBigEndian);
                break;
            default: WritePointer(text, Number(e)); break;
        }
    }

    /// <summary>Writes the name of the function that contains an address, or the address.</summary>
    public void WriteFunction(PrintText text, ulong address, bool withOffset)
    {
        if (!_environment.TryFindSymbol(address, out var name, out _, out var offset))
        {
            text.Append("0x"u8);
            text.AppendHex(address);
            return;
        }
        text.Append(name);
        if (!withOffset) return;
        text.Append("+0x"u8);
        text.AppendHex(offset);
    }

    /// <summary>Writes a call of an unknown function. Functions of the kernel that convert a unit convert 0 to 0.</summary>
    public void WriteCall(PrintText text, PrintExpression e)
    {
        if (e.Arguments is [var only] && e.Text.AsSpan().IndexOf("_to_"u8) > 0 && Number(only) == 0)
        {
            text.Append((byte)'0');
            return;
        }
        text.Append(e.Text);
        // A constant that the format does not tell.
        if (e.Value != 0) return;
        text.Append((byte)'(');
        for (var i = 0; i < e.Arguments.Length; i++)
        {
            if (i > 0) text.Append(", "u8);
            WriteArgument(text, e.Arguments[i]);
        }
        text.Append((byte)')');
    }

    /// <summary>Writes an address as the C library does.</summary>
    public static void WritePointer(PrintText text, ulong address)
    {
        if (address == 0)
        {
            text.Append("(nil)"u8);
            return;
        }
        text.Append("0x"u8);
        text.AppendHex(address);
    }

    private static readonly PrintConversion Plain = new();

    private void WriteArgument(PrintText text, PrintExpression e)
    {
        var inner = e.WithoutCasts;
        if (inner.IsText || inner.Kind is PrintExpressionKind.Call) WriteText(text, inner, Plain, 0, -1);
        else text.AppendDecimal(Number(e));
    }

    private void WriteField(PrintText text, EventFieldFormat field, PrintConversion conversion, int width, int precision)
    {
        // The address of a constant string, whose text the recording may have.
        if (field.IsNumber && field.Size == _environment.LongSize)
        {
            var address = Read(field.Offset, field.Size);
            if (_environment.TextAt(address) is { } known) text.Append(known);
            else text.AppendHex(address);
            return;
        }
        // Not the located data: libtraceevent prints the bytes of the field itself, and so does the kernel.
        var length = field.Size > 0 ? field.Size : _body.Length - field.Offset;
        if (field.Place >= FieldPlace.Located)
        {
            if (!Locate(field, out var offset, out length)) return;
            PrintNumbers.WriteText(text, conversion, width, precision, UpToNull(_body.Slice(offset, length)));
            return;
        }
        if (length < 0 || field.Offset > _body.Length) return;
        length = Math.Min(length, _body.Length - field.Offset);
        PrintNumbers.WriteText(text, conversion, width, precision, UpToNull(_body.Slice(field.Offset, length)));
    }

    private void WriteSymbol(PrintText text, PrintExpression e, PrintConversion conversion, int width, int precision)
    {
        var value = Number(e.Left!);
        foreach (var (number, name) in e.Names)
        {
            if (number != value) continue;
            PrintNumbers.WriteText(text, conversion, width, precision, name);
            return;
        }
        text.Append("0x"u8);
        text.AppendHex(value);
    }

    private void WriteFlags(PrintText text, PrintExpression e, PrintConversion conversion, int width, int precision)
    {
        var value = Number(e.Left!);
        var isFirst = true;
        foreach (var (flag, name) in e.Names)
        {
            // The sign bit marks a value that the format does not tell as a number; the name stands for no flags.
            if (value == 0 && (long)flag < 0)
            {
                PrintNumbers.WriteText(text, conversion, width, precision, name);
                break;
            }
            if ((long)flag <= 0 || (value & flag) != flag) continue;
            if (!isFirst) text.Append(e.Text);
            PrintNumbers.WriteText(text, conversion, width, precision, name);
            isFirst = false;
            value &= ~flag;
        }
        if (value == 0) return;
        if (!isFirst) text.Append(e.Text);
        text.Append("0x"u8);
        text.AppendHex(value);
    }

    private void WriteMask(PrintText text, PrintExpression e, PrintConversion conversion, int width, int precision)
    {
        if (!Locate(e.Field!, out var offset, out var length)) return;
        var from = text.Length;
        var mask = _body.Slice(offset, length);
        if (e.Kind == PrintExpressionKind.CpuMask) PrintBytes.BitList(text, mask, _isBigEndian);
        else PrintBytes.Bitmask(text, mask, _isBigEndian);
        if (width <= text.Length - from && precision < 0) return;
        var written = text.Written[from..].ToArray();
        text.Length = from;
        PrintNumbers.WriteText(text, conversion, width, precision, written);
    }

    private void WriteArray(PrintText text, PrintExpression e)
    {
        var size = (int)Math.Min(Number(e.Third!), 16);
        var isKnownSize = size is 1 or 2 or 4 or 8;
        if (!isKnownSize) size = 1;
        var count = Number(e.Right!);
        var data = Data(e.Left!, count > int.MaxValue / 8 ? int.MaxValue : count * (ulong)size);
        text.Append((byte)'{');
        for (var at = 0; at + size <= data.Length && !text.IsFull; at += size)
        {
            if (at > 0) text.Append((byte)',');
            text.Append("0x"u8);
            text.AppendHex(Read(data.Slice(at, size)));
        }
        text.Append((byte)'}');
    }

    private ulong Element(PrintExpression e)
    {
        var field = e.Field!;
        var index = Number(e.Left!);
        var size = e.Value != 0 ? (int)e.Value : field.ElementSize;
        var start = field.Offset;
        if (field.Place >= FieldPlace.Located && !Locate(field, out start, out _)) return 0;
        if (index > (ulong)_body.Length) return 0;
        return Read(start + ((int)index * size), size);
    }

    /// <summary>The bytes that an expression refers to.</summary>
    private ReadOnlySpan<byte> Data(PrintExpression e)
    {
        e = e.WithoutCasts;
        return e.Field is { } field && e.Kind is PrintExpressionKind.Field or PrintExpressionKind.FieldData
            && Locate(e.Field, out var offset, out var length) ? _body.Slice(offset, length) : default;
    }

    /// <summary>At most a number of the bytes that an expression refers to, cut at the end of the record.</summary>
    private ReadOnlySpan<byte> Data(PrintExpression e, ulong length)
    {
        var data = Data(e);
        return length < (ulong)data.Length ? data[..(int)length] : data;
    }

    private bool Locate(EventFieldFormat field, out int offset, out int length)
        => field.TryLocate(_body, _isBigEndian, out offset, out length);

    private ulong Read(int offset, int size)
        => (uint)offset <= (uint)_body.Length && size <= _body.Length - offset ? Read(_body.Slice(offset, size)) : 0;

    private ulong Read(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => bytes[0],
        2 => _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        4 => _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        8 => _isBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => 0,
    };

    private static ReadOnlySpan<byte> UpToNull(ReadOnlySpan<byte> bytes)
        => bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes;

    private static ulong Binary(PrintExpressionKind kind, ulong left, ulong right) => kind switch
    {
        PrintExpressionKind.And => left & right,
        PrintExpressionKind.Or => left | right,
        PrintExpressionKind.ShiftLeft => left << (int)right,
        PrintExpressionKind.ShiftRight => left >> (int)right,
        PrintExpressionKind.Add => left + right,
        PrintExpressionKind.Subtract => left - right,
        PrintExpressionKind.Multiply => left * right,
        PrintExpressionKind.Divide => right == 0 ? 0 : left / right,
        PrintExpressionKind.Modulo => right == 0 ? 0 : left % right,
        PrintExpressionKind.ExclusiveOr => left ^ right,
        PrintExpressionKind.Equal => left == right ? 1ul : 0,
        PrintExpressionKind.NotEqual => left != right ? 1ul : 0,
        PrintExpressionKind.Less => left < right ? 1ul : 0,
        PrintExpressionKind.LessOrEqual => left <= right ? 1ul : 0,
        PrintExpressionKind.Greater => left > right ? 1ul : 0,
        PrintExpressionKind.GreaterOrEqual => left >= right ? 1ul : 0,
        _ => 0,
    };
}

namespace KernelMagnifier.Traces.Formats;

/// <summary>Reads the arguments of a <c>trace_printk</c> one after the other.</summary>
/// <remarks><c>vbin_printf</c> in <c>lib/vsprintf.c</c>: numbers are aligned to 4 bytes, strings end with a null byte.</remarks>
internal ref struct BinaryPrintValues(ReadOnlySpan<byte> body, int at, IEventEnvironment environment)
{
    private readonly ReadOnlySpan<byte> _body = body;
    private int _at = at;

    /// <summary>Writes what a conversion makes of the next argument.</summary>
    /// <returns>False if the record has no more.</returns>
    public bool Write(PrintText text, PrintConversion part, PrintEvaluator evaluator)
    {
        var (width, precision) = (part.Width, part.Precision);
        if (part.HasWidthArgument)
        {
            if (!TryNumber(4, out var value)) return false;
            width = Math.Clamp((int)value, -4096, 4096);
            if (width < 0) (width, part) = (-width, part with { IsLeft = true });
        }
        if (part.HasPrecisionArgument)
        {
            if (!TryNumber(4, out var value)) return false;
            precision = Math.Max(-1, (int)value);
        }
        if (part.Type == 's' || (part.Type == 'p' && IsText(part)))
        {
            if (_at >= _body.Length) return false;
            var value = FieldDecoder.UpToNull(_body[_at..]);
            _at += value.Length + 1;
            if (part.Type == 's') PrintNumbers.WriteText(text, part, width, precision, value);
            else text.Append(value);
            return true;
        }
        return part.Type == 'p' ? WritePointer(text, part, evaluator) : WriteNumber(text, part, width, precision);
    }

    private bool WriteNumber(PrintText text, PrintConversion part, int width, int precision)
    {
        // A char and a short take 4 bytes, as an int.
        if (!TryNumber(part.Size <= 0 ? 4 : part.Size == 1 ? environment.LongSize : 8, out var value)) return false;
        PrintNumbers.Write(text, part, width, precision, value);
        return true;
    }

    private bool WritePointer(PrintText text, PrintConversion part, PrintEvaluator evaluator)
    {
        if (!TryNumber(environment.LongSize, out var address)) return false;
        if (part.ExtensionAt(0) is (byte)'s' or (byte)'S' or (byte)'f' or (byte)'F')
            evaluator.WriteFunction(text, address, part.ExtensionAt(0) is (byte)'S' or (byte)'F');
        else
            PrintEvaluator.WritePointer(text, address);
        return true;
    }

    /// <summary>Whether the kernel wrote the text of a pointer: newer kernels do for all that they would dereference.</summary>
    private readonly bool IsText(PrintConversion part)
        => part.ExtensionAt(0) is not (0 or (byte)'s' or (byte)'S' or (byte)'x' or (byte)'f' or (byte)'F')
            && _at < _body.Length && _body[_at] is >= 0x20 and < 0x7f;

    private bool TryNumber(int size, out ulong value)
    {
        value = 0;
        var at = (_at + 3) & ~3;
        if (at + size > _body.Length) return false;
        value = FieldDecoder.Unsigned(_body.Slice(at, size), environment.IsBigEndian);
        _at = at + size;
        return true;
    }
}

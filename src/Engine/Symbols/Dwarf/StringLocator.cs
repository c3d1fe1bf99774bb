namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Turns string attributes into <see cref="StringPlace"/> values. One instance per thread.</summary>
internal sealed class StringLocator(DebugStrings strings)
{
    private byte[] _buffer = new byte[4096];

    /// <summary>The location of a string; none when its form is not supported or its file is missing.</summary>
    /// <param name="unit">The unit of the attribute.</param>
    /// <param name="form">The form of the attribute.</param>
    /// <param name="value">The value that <see cref="DwarfForms.Read"/> returned.</param>
    public StringPlace Locate(DwarfUnit unit, Form form, ulong value)
    {
        var isSupplementary = unit.File != strings.File;
        switch (form)
        {
            case Form.String:
                var text = unit.File.Info!.Window((long)value, _buffer.Length, ref _buffer);
                var end = text.IndexOf((byte)0);
                return end < 0 ? default : strings.AddInline(text[..end]);
            case Form.StringOffset:
                return new StringPlace(isSupplementary ? StringSection.SupplementaryStrings : StringSection.Strings, value);
            case Form.LineStringOffset when !isSupplementary:
                return new StringPlace(StringSection.LineStrings, value);
            case Form.GnuStringAlternate or Form.StringSupplementary:
                return strings.File.Supplementary is null ? default : new StringPlace(StringSection.SupplementaryStrings, value);
            case Form.StringIndex or Form.StringIndex1 or Form.StringIndex2 or Form.StringIndex3 or Form.StringIndex4
                or Form.GnuStringIndex when !isSupplementary:
                return new StringPlace(StringSection.Strings,
                    unit.File.StringAt(value, unit.StringOffsetsBase, unit.Header.OffsetSize));
            default:
                return default;
        }
    }
}

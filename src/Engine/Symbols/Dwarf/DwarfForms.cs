using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Decodes attribute values (DWARF 5, 7.5.6).</summary>
internal static class DwarfForms
{
    /// <summary>The size of a value of a form in bytes; -1 when it depends on the value.</summary>
    public static int FixedSize(Form form, int addressSize, int offsetSize, int version) => form switch
    {
        Form.FlagPresent or Form.ImplicitConstant => 0,
        Form.Data1 or Form.Flag or Form.Reference1 or Form.StringIndex1 or Form.AddressIndex1 => 1,
        Form.Data2 or Form.Reference2 or Form.StringIndex2 or Form.AddressIndex2 => 2,
        Form.StringIndex3 or Form.AddressIndex3 => 3,
        Form.Data4 or Form.Reference4 or Form.ReferenceSupplementary4 or Form.StringIndex4 or Form.AddressIndex4 => 4,
        Form.Data8 or Form.Reference8 or Form.ReferenceSignature or Form.ReferenceSupplementary8 => 8,
        Form.Data16 => 16,
        Form.Address => addressSize,
        Form.ReferenceAddress => version <= 2 ? addressSize : offsetSize,
        Form.StringOffset or Form.SectionOffset or Form.LineStringOffset or Form.StringSupplementary
            or Form.GnuReferenceAlternate or Form.GnuStringAlternate => offsetSize,
        _ => -1,
    };

    /// <summary>Skips a value.</summary>
    public static void Skip(ref DwarfCursor cursor, Form form, int addressSize, int offsetSize, int version)
    {
        while (true)
        {
            var size = FixedSize(form, addressSize, offsetSize, version);
            if (size >= 0)
            {
                cursor.Skip((ulong)size);
                return;
            }
            switch (form)
            {
                case Form.UnsignedData or Form.SignedData or Form.ReferenceUnsigned or Form.StringIndex or Form.AddressIndex
                    or Form.LocationListIndex or Form.RangeListIndex or Form.GnuAddressIndex or Form.GnuStringIndex:
                    cursor.Uleb();
                    return;
                case Form.String:
                    cursor.String();
                    return;
                case Form.Block1:
                    cursor.Skip(cursor.U8());
                    return;
                case Form.Block2:
                    cursor.Skip(cursor.U16());
                    return;
                case Form.Block4:
                    cursor.Skip(cursor.U32());
                    return;
                case Form.Block or Form.Expression:
                    cursor.Skip(cursor.Uleb());
                    return;
                case Form.Indirect:
                    form = (Form)Math.Min(cursor.Uleb(), ushort.MaxValue);
                    continue;
                default:
                    throw new DamagedException($"an attribute has the unknown form 0x{(int)form:x}");
            }
        }
    }

    /// <summary>
    /// Reads a value that is one number: a constant, an offset, a reference, an index. For <see cref="Form.String"/> it is the
    /// offset of the string in the section. A value of another kind is skipped, and the result is 0.
    /// </summary>
    /// <param name="cursor">The position of the value.</param>
    /// <param name="form">The form; replaced by the actual one when it is <see cref="Form.Indirect"/>.</param>
    /// <param name="implicitConstant">The value of <see cref="Form.ImplicitConstant"/>.</param>
    /// <param name="addressSize">The size of an address in bytes.</param>
    /// <param name="offsetSize">The size of an offset in bytes.</param>
    /// <param name="version">The DWARF version.</param>
    public static ulong Read(ref DwarfCursor cursor, ref Form form, long implicitConstant, int addressSize, int offsetSize,
        int version)
    {
        while (true)
        {
            switch (form)
            {
                case Form.FlagPresent:
                    return 1;
                case Form.ImplicitConstant:
                    return (ulong)implicitConstant;
                case Form.Data1 or Form.Flag or Form.Reference1 or Form.StringIndex1 or Form.AddressIndex1:
                    return cursor.U8();
                case Form.Data2 or Form.Reference2 or Form.StringIndex2 or Form.AddressIndex2:
                    return cursor.U16();
                case Form.StringIndex3 or Form.AddressIndex3:
                    return cursor.U24();
                case Form.Reference4 or Form.StringIndex4 or Form.AddressIndex4 or Form.ReferenceSupplementary4:
                    return cursor.U32();
                case Form.Data4:
                    return cursor.Reference(4);
                case Form.Reference8 or Form.ReferenceSignature or Form.ReferenceSupplementary8:
                    return cursor.U64();
                case Form.Data8:
                    return cursor.Reference(8);
                case Form.Address:
                    return cursor.Reference(addressSize);
                case Form.ReferenceAddress:
                    return cursor.Reference(version <= 2 ? addressSize : offsetSize);
                case Form.StringOffset or Form.SectionOffset or Form.LineStringOffset or Form.StringSupplementary
                    or Form.GnuReferenceAlternate or Form.GnuStringAlternate:
                    return cursor.Reference(offsetSize);
                case Form.UnsignedData or Form.ReferenceUnsigned or Form.StringIndex or Form.AddressIndex
                    or Form.LocationListIndex or Form.RangeListIndex or Form.GnuAddressIndex or Form.GnuStringIndex:
                    return cursor.Uleb();
                case Form.SignedData:
                    return (ulong)cursor.Sleb();
                case Form.String:
                    var offset = cursor.Offset;
                    cursor.String();
                    return (ulong)offset;
                case Form.Indirect:
                    form = (Form)Math.Min(cursor.Uleb(), ushort.MaxValue);
                    continue;
                default:
                    Skip(ref cursor, form, addressSize, offsetSize, version);
                    return 0;
            }
        }
    }
}

using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>
/// Reads the address ranges that an attribute DW_AT_ranges refers to: .debug_ranges before version 5, .debug_rnglists from
/// version 5 on.
/// </summary>
internal static class RangeList
{
    /// <summary>Replaces the content of a list by the ranges that are not empty.</summary>
    /// <exception cref="DamagedException">The list is damaged.</exception>
    public static void Read(DwarfUnit unit, Form form, ulong value, List<(ulong Low, ulong High)> into)
    {
        into.Clear();
        if (unit.Header.Version < 5) ReadOld(unit, value, into);
        else ReadNew(unit, form, value, into);
    }

    private static void ReadOld(DwarfUnit unit, ulong offset, List<(ulong Low, ulong High)> into)
    {
        var size = unit.Header.AddressSize;
        var @base = unit.LowPc;
        var section = unit.File.Ranges ?? throw new DamagedException("a reference into the missing section .debug_ranges");
        var cursor = new DwarfCursor(section.From(offset), section, (long)offset);
        while (true)
        {
            var low = cursor.Reference(size);
            var high = cursor.Reference(size);
            if (low == 0 && high == 0) break;
            if (low == (size == 8 ? ulong.MaxValue : uint.MaxValue)) @base = high;
            else Add(into, @base + low, @base + high);
        }
        unit.File.Budget.Spend(cursor.Position);
    }

    private static void ReadNew(DwarfUnit unit, Form form, ulong value, List<(ulong Low, ulong High)> into)
    {
        ref readonly var header = ref unit.Header;
        var size = header.AddressSize;
        var @base = unit.LowPc;
        var section = unit.File.RangeLists ?? throw new DamagedException("a reference into the missing section .debug_rnglists");
        if (form == Form.RangeListIndex)
        {
            if (value > uint.MaxValue) throw new DamagedException($"range list {value}");
            var offset = unit.RangeListsBase + value * header.OffsetSize;
            var index = new DwarfCursor(section.From(offset), section, (long)offset);
            value = unit.RangeListsBase + index.Reference(header.OffsetSize);
        }
        var cursor = new DwarfCursor(section.From(value), section, (long)value);
        ulong start;
        for (var more = true; more;)
        {
            // DW_RLE_*
            switch (cursor.U8())
            {
                case 0: more = false; break; // end_of_list
                case 1: @base = Indexed(ref cursor, unit); break; // base_addressx
                case 2: Add(into, Indexed(ref cursor, unit), Indexed(ref cursor, unit)); break; // startx_endx
                case 3: // startx_length
                    start = Indexed(ref cursor, unit);
                    Add(into, start, start + cursor.Uleb());
                    break;
                case 4: Add(into, @base + cursor.Uleb(), @base + cursor.Uleb()); break; // offset_pair
                case 5: @base = cursor.Reference(size); break; // base_address
                case 6: Add(into, cursor.Reference(size), cursor.Reference(size)); break; // start_end
                case 7: // start_length
                    start = cursor.Reference(size);
                    Add(into, start, start + cursor.Uleb());
                    break;
                default: throw new DamagedException("a range list with an unknown entry");
            }
        }
        unit.File.Budget.Spend(cursor.Position);
    }

    private static ulong Indexed(ref DwarfCursor cursor, DwarfUnit unit)
        => unit.File.AddressAt(cursor.Uleb(), unit.AddressBase, unit.Header.AddressSize);

    private static void Add(List<(ulong Low, ulong High)> into, ulong low, ulong high)
    {
        if (high > low) into.Add((low, high));
    }
}

using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>
/// Reads the entries of functions (DW_TAG_subprogram) and follows their references to abstract origins and specifications, which
/// may be in another unit, a partial unit or the supplementary file. One instance per thread.
/// </summary>
internal sealed class FunctionReader(StringLocator strings)
{
    private const int MaxReferences = 8;
    private const int MaxCachedUnits = 128;

    private readonly Dictionary<(DwarfFile, int), DwarfUnit> _units = [];
    private byte[] _buffer = new byte[4096];

    /// <summary>Reads the attributes of an entry.</summary>
    /// <param name="unit">The unit of the entry.</param>
    /// <param name="cursor">The position after the abbreviation code; moved to the end of the entry.</param>
    /// <param name="item">The abbreviation of the entry.</param>
    /// <param name="entry">Receives the attributes.</param>
    /// <returns>The position of the sibling in the unit; 0 when the entry does not have it.</returns>
    public int Read(DwarfUnit unit, ref DwarfCursor cursor, in Abbreviation item, ref FunctionEntry entry)
    {
        var sibling = 0;
        ref readonly var header = ref unit.Header;
        if (item.Count > 64) unit.File.Budget.Spend(item.Count);
        for (var i = item.First; i < item.First + item.Count; i++)
        {
            ref readonly var attribute = ref unit.Table.Attributes[i];
            var form = attribute.Form;
            switch (attribute.Attribute)
            {
                case Attr.Name or Attr.LinkageName or Attr.DeclFile or Attr.DeclLine or Attr.LowPc or Attr.HighPc
                    or Attr.Ranges or Attr.Inline or Attr.Declaration or Attr.AbstractOrigin or Attr.Specification
                    or Attr.Sibling:
                    break;
                default:
                    DwarfForms.Skip(ref cursor, form, header.AddressSize, header.OffsetSize, header.Version);
                    continue;
            }
            var value = DwarfForms.Read(ref cursor, ref form, attribute.ImplicitConstant, header.AddressSize, header.OffsetSize,
                header.Version);
            switch (attribute.Attribute)
            {
                case Attr.Name: if (entry.Name.IsNone) entry.Name = strings.Locate(unit, form, value); break;
                case Attr.LinkageName: if (entry.LinkageName.IsNone) entry.LinkageName = strings.Locate(unit, form, value); break;
                case Attr.DeclFile:
                    if (entry.DeclFile < 0) (entry.DeclFile, entry.FileUnit) = ((long)Math.Min(value, int.MaxValue), unit);
                    break;
                case Attr.DeclLine: if (entry.DeclLine == 0) entry.DeclLine = (int)Math.Min(value, int.MaxValue); break;
                case Attr.LowPc: (entry.Low, entry.HasLow) = (unit.Address(form, value), true); break;
                case Attr.HighPc:
                    entry.HighIsLength = form != Form.Address && !DwarfUnit.IsAddressIndex(form);
                    (entry.High, entry.HasHigh) = (entry.HighIsLength ? value : unit.Address(form, value), true);
                    break;
                case Attr.Ranges: (entry.RangesForm, entry.Ranges) = (form, value); break;
                case Attr.Inline: entry.Inline = (int)Math.Min(value, 255); break;
                case Attr.Declaration: entry.IsDeclaration = value != 0; break;
                case Attr.AbstractOrigin or Attr.Specification: (entry.OriginForm, entry.Origin) = (form, value); break;
                case Attr.Sibling when IsUnitReference(form): sibling = (int)Math.Min(value, int.MaxValue); break;
            }
        }
        return sibling;
    }

    /// <summary>Completes an entry by the entries that it refers to, directly or through others.</summary>
    /// <param name="unit">The unit of the entry.</param>
    /// <param name="bytes">The unit.</param>
    /// <param name="entry">The entry.</param>
    public void FollowOrigins(DwarfUnit unit, ReadOnlySpan<byte> bytes, ref FunctionEntry entry)
    {
        var from = unit;
        for (var references = 0; references < MaxReferences && entry.NeedsOrigin; references++)
        {
            if (!TryLocateOrigin(from, in entry, out var file, out var offset)) return;
            var origin = new FunctionEntry();
            if (file == unit.File && offset >= unit.Header.Offset && offset < unit.Header.End)
            {
                var start = unit.Header.Offset;
                var cursor = new DwarfCursor(bytes, file.Info, start) { Position = (int)(offset - start) };
                ReadOrigin(unit, ref cursor, ref origin);
                from = unit;
            }
            else from = ReadFromOtherUnit(file, offset, ref origin);
            entry.Complete(in origin);
        }
    }

    /// <summary>Another unit than the one that is walked, with its root entry read.</summary>
    public DwarfUnit UnitOf(DwarfFile file, int index)
    {
        if (_units.TryGetValue((file, index), out var unit)) return unit;
        if (_units.Count >= MaxCachedUnits) _units.Clear();
        unit = new DwarfUnit();
        var header = file.Units[index];
        // Most root entries are small; the window grows for one that is not.
        for (var length = 1024L; ; length *= 16)
            try
            {
                var window = file.Info!.Window(header.Offset, Math.Min(length, header.Length), ref _buffer);
                UnitRoot.Read(unit, file, index, window, strings);
                break;
            }
            catch (EndOfDataException) when (length < header.Length)
            {
            }
        return _units[(file, index)] = unit;
    }

    private static bool IsUnitReference(Form form)
        => form is Form.Reference1 or Form.Reference2 or Form.Reference4 or Form.Reference8 or Form.ReferenceUnsigned;

    /// <summary>Where the entry is that a reference means: the file, and the offset in its .debug_info.</summary>
    private static bool TryLocateOrigin(DwarfUnit from, in FunctionEntry entry, out DwarfFile file, out long offset)
    {
        file = from.File;
        offset = (long)Math.Min(entry.Origin, long.MaxValue);
        switch (entry.OriginForm)
        {
            case var form when IsUnitReference(form):
                if (entry.Origin >= (ulong)from.Header.Length)
                    throw new DamagedException($"a reference to {entry.Origin} in a unit of {from.Header.Length} bytes");
                offset += from.Header.Offset;
                return true;
            case Form.ReferenceAddress:
                return true;
            case Form.GnuReferenceAlternate or Form.ReferenceSupplementary4
                or Form.ReferenceSupplementary8 when file.Supplementary is { } supplementary:
                file = supplementary;
                return true;
            default:
                return false;
        }
    }

    private DwarfUnit ReadFromOtherUnit(DwarfFile file, long offset, ref FunctionEntry origin)
    {
        var unit = UnitOf(file, file.UnitAt(offset));
        // Most entries are small; the window grows for one that is not.
        for (var length = 256L; ; length *= 16)
        {
            var window = file.Info!.Window(offset, Math.Min(length, unit.Header.End - offset), ref _buffer);
            try
            {
                var cursor = new DwarfCursor(window, file.Info, offset);
                origin = new FunctionEntry();
                ReadOrigin(unit, ref cursor, ref origin);
                return unit;
            }
            catch (EndOfDataException) when (offset + length < unit.Header.End)
            {
            }
        }
    }

    private void ReadOrigin(DwarfUnit unit, ref DwarfCursor cursor, ref FunctionEntry origin)
    {
        var code = cursor.Uleb();
        if (code == 0) throw new DamagedException("a reference to the end of a list of entries");
        Read(unit, ref cursor, in unit.Table.Find(code), ref origin);
    }
}

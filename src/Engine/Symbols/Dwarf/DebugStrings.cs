using KernelMagnifier.Model;
using KernelMagnifier.Symbols.Elf;
using KernelMagnifier.Text;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The strings of one file and its supplementary file, for any number of threads.</summary>
internal sealed class DebugStrings(DwarfFile dwarf)
{
    private readonly ByteInterner _inline = new();

    // The first has no number: ByteInterner reserves 0.
    private readonly List<byte[]> _inlineBytes = [[]];

    /// <summary>The file.</summary>
    public DwarfFile File => dwarf;

    /// <summary>The bytes of a string.</summary>
    /// <exception cref="DamagedException">The string is not in its section.</exception>
    public ReadOnlySpan<byte> Bytes(StringPlace place) => place.Section switch
    {
        StringSection.Inline => InlineBytes((int)place.Offset),
        StringSection.Strings => Existing(dwarf.Strings).String(place.Offset),
        StringSection.LineStrings => Existing(dwarf.LineStrings).String(place.Offset),
        StringSection.Line => Existing(dwarf.Line).String(place.Offset),
        StringSection.SupplementaryStrings => Existing(dwarf.Supplementary?.Strings).String(place.Offset),
        _ => [],
    };

    /// <summary>The text of a string that a unit of <paramref name="file"/> refers to.</summary>
    /// <exception cref="DamagedException">The string is not in its section.</exception>
    public string Text(StringPlace place, DwarfFile file) => NameText.Decode(place.Section switch
    {
        StringSection.Strings when file != dwarf => Existing(file.Strings).String(place.Offset),
        StringSection.LineStrings => Existing(file.LineStrings).String(place.Offset),
        StringSection.Line => Existing(file.Line).String(place.Offset),
        _ => Bytes(place),
    });

    /// <summary>Copies a string that is in an entry of .debug_info.</summary>
    public StringPlace AddInline(ReadOnlySpan<byte> name)
    {
        var number = _inline.GetOrAdd(name, bytes =>
        {
            lock (_inlineBytes)
            {
                _inlineBytes.Add(bytes);
                return _inlineBytes.Count - 1;
            }
        });
        return new StringPlace(StringSection.Inline, (ulong)number);
    }

    private byte[] InlineBytes(int number)
    {
        lock (_inlineBytes) return _inlineBytes[number];
    }

    private static DebugSection Existing(DebugSection? section)
        => section ?? throw new DamagedException("a reference to a string in a missing section");
}

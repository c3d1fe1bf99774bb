using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>
/// The abbreviation table of one unit. An instance is reused for one unit after another and allocates only to grow.
/// </summary>
internal sealed class AbbreviationTable
{
    // Codes to indexes, when the codes are not 1, 2, 3, ... as compilers assign them.
    private readonly NumberTable<int> _sparse = new();
    private Abbreviation[] _items = new Abbreviation[256];
    private AttributeForm[] _attributes = new AttributeForm[2048];
    private int _count;
    private int _attributeCount;
    private bool _isDense;

    private DebugSection? _section;
    private ulong _offset;
    private int _sizes;

    public ReadOnlySpan<AttributeForm> Attributes => _attributes;

    /// <summary>Reads the table at an offset of .debug_abbrev, unless it was the last one read.</summary>
    public void Read(DebugSection section, ulong offset, int addressSize, int offsetSize, int version, WorkBudget budget)
    {
        var sizes = addressSize | (offsetSize << 8) | (version << 16);
        if (_section == section && _offset == offset && _sizes == sizes) return;
        _section = null;
        (_count, _attributeCount, _isDense) = (0, 0, true);
        _sparse.Clear();
        var cursor = new DwarfCursor(section.From(offset));
        for (ulong code; (code = cursor.Uleb()) != 0;)
        {
            if (_count == _items.Length) Array.Resize(ref _items, _items.Length * 2);
            ref var item = ref _items[_count];
            item = new Abbreviation
            {
                Code = code,
                Tag = (Tag)Math.Min(cursor.Uleb(), ushort.MaxValue),
                HasChildren = cursor.U8() != 0,
                First = _attributeCount,
                SiblingOffset = -1,
            };
            if (code != (ulong)_count + 1) _isDense = false;
            _count++;
            ReadAttributes(ref cursor, ref item, addressSize, offsetSize, version);
        }
        var probes = _sparse.Probes;
        if (!_isDense)
            for (var i = 0; i < _count; i++) _sparse.Set(_items[i].Code, i);
        budget.Spend(cursor.Position + _sparse.Probes - probes);
        (_section, _offset, _sizes) = (section, offset, sizes);
    }

    private void ReadAttributes(ref DwarfCursor cursor, ref Abbreviation item, int addressSize, int offsetSize, int version)
    {
        var size = 0;
        while (true)
        {
            var attribute = cursor.Uleb();
            var form = cursor.Uleb();
            if (attribute == 0 && form == 0) break;
            var constant = form == (ulong)Form.ImplicitConstant ? cursor.Sleb() : 0;
            if (_attributeCount == _attributes.Length) Array.Resize(ref _attributes, _attributes.Length * 2);
            var limitedForm = (Form)Math.Min(form, ushort.MaxValue);
            ref var added = ref _attributes[_attributeCount++];
            added.Attribute = (Attr)Math.Min(attribute, ushort.MaxValue);
            (added.Form, added.ImplicitConstant) = (limitedForm, constant);
            if (attribute == (ulong)Attr.Sibling && form == (ulong)Form.Reference4 && size >= 0) item.SiblingOffset = size;
            var formSize = DwarfForms.FixedSize(limitedForm, addressSize, offsetSize, version);
            size = formSize < 0 || size < 0 ? -1 : size + formSize;
        }
        item.FixedSize = size;
        item.Count = _attributeCount - item.First;
    }

    /// <summary>The abbreviation of a code.</summary>
    /// <exception cref="DamagedException">The table has no such code.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Abbreviation Find(ulong code)
    {
        if (_isDense && code - 1 < (ulong)_count) return ref _items[code - 1];
        return ref FindSparse(code);
    }

    private ref readonly Abbreviation FindSparse(ulong code)
    {
        if (!_isDense && _sparse.TryGetValue(code, out var index)) return ref _items[index];
        throw new DamagedException($"an entry has abbreviation code {code}, which its table does not have");
    }
}

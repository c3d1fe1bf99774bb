using System.Runtime.CompilerServices;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The abbreviations of one unit. One instance serves unit after unit and allocates only to grow.</summary>
internal sealed class AbbreviationTable
{
    private readonly Dictionary<ulong, int> _sparse = [];
    private Abbreviation[] _items = new Abbreviation[256];
    private AttributeForm[] _attributes = new AttributeForm[2048];
    private int _count;
    private int _attributeCount;
    private bool _isDense;

    private DebugSection? _section;
    private ulong _offset;
    private int _sizes;

    public ReadOnlySpan<AttributeForm> Attributes => _attributes;

    /// <summary>Reads the table at a place, unless it is the one already here.</summary>
    public void Read(DebugSection section, ulong offset, int addressSize, int offsetSize, int version, WorkBudget budget)
    {
        var sizes = addressSize | (offsetSize << 8) | (version << 16);
        if (_section == section && _offset == offset && _sizes == sizes) return;
        _section = null;
        (_count, _attributeCount, _isDense) = (0, 0, true);
        _sparse.Clear();
        var cursor = new DwarfCursor(section.From(offset));
        while (true)
        {
            var code = cursor.Uleb();
            if (code == 0) break;
            if (_count == _items.Length) Array.Resize(ref _items, _items.Length * 2);
            ref var item = ref _items[_count];
            item = new Abbreviation { Code = code, Tag = (Tag)Math.Min(cursor.Uleb(), ushort.MaxValue), HasChildren = cursor.U8() != 0, First = _attributeCount, SiblingAt = -1 };
            if (code != (ulong)_count + 1) _isDense = false;
            if (!_isDense) _sparse[code] = _count;
            _count++;
            var size = 0;
            while (true)
            {
                var attr = cursor.Uleb();
                var form = cursor.Uleb();
                if (attr == 0 && form == 0) break;
                var implicitly = form == (ulong)Form.ImplicitConstant ? cursor.Sleb() : 0;
                if (_attributeCount == _attributes.Length) Array.Resize(ref _attributes, _attributes.Length * 2);
                _attributes[_attributeCount++] = new AttributeForm { Attr = (Attr)Math.Min(attr, ushort.MaxValue), Form = (Form)Math.Min(form, ushort.MaxValue), Implicit = implicitly };
                if (attr == (ulong)Attr.Sibling && form == (ulong)Form.Reference4 && size >= 0) item.SiblingAt = size;
                var one = DwarfForms.FixedSize((Form)Math.Min(form, ushort.MaxValue), addressSize, offsetSize, version);
                size = one < 0 || size < 0 ? -1 : size + one;
            }
            item.FixedSize = size;
            item.Count = _attributeCount - item.First;
        }
        budget.Spend(cursor.At);
        (_section, _offset, _sizes) = (section, offset, sizes);
        if (!_isDense)
            for (var i = 0; i < _count; i++) _sparse[_items[i].Code] = i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Abbreviation Find(ulong code)
    {
        if (_isDense && code - 1 < (ulong)_count) return ref _items[code - 1];
        return ref FindSparse(code);
    }

    private ref readonly Abbreviation FindSparse(ulong code)
    {
        if (!_isDense && _sparse.TryGetValue(code, out var index)) return ref _items[index];
        throw new DamagedException($"an entry has abbreviation {code}, which its table does not know");
    }
}

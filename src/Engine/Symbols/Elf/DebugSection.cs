using System.Buffers.Binary;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>
/// The content of one debug section. A large plain one is read window by window, so that a vmlinux of hundreds of megabytes costs a few;
/// a small or packed one is held whole. In a module the values that refer to other places come from relocations, looked up when asked for.
/// </summary>
internal sealed class DebugSection
{
    private const int SmallEnough = 2 << 20;

    private readonly ElfFile _file;
    private readonly ElfSection _section;
    private readonly byte[]? _whole;
    private readonly Relocations? _relocations;

    private DebugSection(ElfFile file, ElfSection section, ElfSymbols? symbols, bool windowed)
    {
        (_file, _section) = (file, section);
        Name = section.Name;
        if (!windowed || section.IsCompressed || section.Name.StartsWith(".z", StringComparison.Ordinal) || section.Size < SmallEnough) _whole = file.Load(section);
        Length = _whole?.Length ?? section.Size;
        if (file.IsRelocatable && symbols is not null) _relocations = Relocations.For(file, section, symbols);
    }

    public string Name { get; }

    public long Length { get; }

    /// <summary>Whether all of it is in memory, so that <see cref="From"/> can be used.</summary>
    public bool IsHeldWhole => _whole is not null;

    /// <summary>Whether values come from relocations.</summary>
    public bool IsRelocated => _relocations is not null;

    /// <summary>A section by its name without the leading <c>.debug_</c>, or null when the file has none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">Such as <c>info</c>.</param>
    /// <param name="symbols">What relocations refer to; null when the section has none that matter.</param>
    /// <param name="windowed">Read piece by piece when large.</param>
    public static DebugSection? Open(ElfFile file, string name, ElfSymbols? symbols, bool windowed = false)
    {
        var section = file.Find(".debug_" + name) ?? file.Find(".zdebug_" + name);
        return section is null ? null : new DebugSection(file, section, symbols, windowed);
    }

    /// <summary>Bytes of the section; as many as there are when it ends before.</summary>
    /// <param name="offset">Where they start.</param>
    /// <param name="length">How many.</param>
    /// <param name="buffer">Where to put them if they must be read; grown when needed.</param>
    public ReadOnlySpan<byte> Window(long offset, long length, scoped ref byte[] buffer)
    {
        if ((ulong)offset > (ulong)Length) throw new DamagedException($"{Name} has {Length} bytes, and something is said to be at {(ulong)offset}");
        length = Math.Min(length, Length - offset);
        if (_whole is not null) return _whole.AsSpan((int)offset, (int)length);
        if (length > 1 << 30) throw new DamagedException($"a unit of {length} bytes in {Name}");
        if (buffer.Length < length) buffer = GC.AllocateUninitializedArray<byte>((int)Math.Max(length, Math.Min(buffer.Length * 2L, 1 << 30)));
        var window = buffer.AsSpan(0, (int)length);
        _file.ReadAt(_section.Offset + offset, window);
        return window;
    }

    /// <summary>The section from a place on; only for one that is held whole.</summary>
    public ReadOnlySpan<byte> From(ulong offset)
    {
        if (_whole is null) throw new InvalidOperationException();
        if (offset > (ulong)_whole.Length) throw new DamagedException($"{Name} has {Length} bytes, and something is said to be at {offset}");
        return _whole.AsSpan((int)offset);
    }

    /// <summary>The string at a place, without its end; at most 4096 bytes, as PATH_MAX.</summary>
    public ReadOnlySpan<byte> String(ulong offset)
    {
        var rest = From(offset);
        if (rest.Length > 4096) rest = rest[..4096];
        var end = rest.IndexOf((byte)0);
        return end < 0 ? throw new DamagedException($"a string without end at {offset} of {Name}") : rest[..end];
    }

    /// <summary>The value at a place of a module's section: what its relocation says, or what is there when it has none.</summary>
    public ulong Relocated(long offset, ulong plain, int size) => _relocations is null ? plain : _relocations.Apply(offset, plain, size);

    /// <summary>SHT_RELA entries for one section, found by binary search.</summary>
    private sealed class Relocations
    {
        private const int EntrySize = 24;

        private readonly byte[] _entries;
        private readonly ElfSymbols _symbols;
        private readonly ushort _machine;
        private readonly int _count;

        private Relocations(byte[] entries, ElfSymbols symbols, ushort machine)
        {
            (_entries, _symbols, _machine) = (entries, symbols, machine);
            _count = entries.Length / EntrySize;
            for (var i = 1; i < _count; i++)
                if (At(i) < At(i - 1))
                {
                    Sort();
                    break;
                }
        }

        public static Relocations? For(ElfFile file, ElfSection target, ElfSymbols symbols)
        {
            foreach (var section in file.Sections)
                if (section.Type == 4 && section.Info == target.Index)
                {
                    if (file.Machine is not (ElfFile.X64 or ElfFile.Arm64))
                        throw new TraceException(file.Path, $"is a module for a machine (ELF number {file.Machine}) whose relocations are not known. Known are x86-64 and arm64.");
                    return new Relocations(file.Load(section), symbols, file.Machine);
                }
            return null;
        }

        public ulong Apply(long offset, ulong plain, int size)
        {
            int low = 0, high = _count;
            while (low < high)
            {
                var middle = (int)(((uint)low + (uint)high) >> 1);
                if (At(middle) < (ulong)offset) low = middle + 1;
                else high = middle;
            }
            if (low == _count || At(low) != (ulong)offset) return plain;
            var entry = _entries.AsSpan(low * EntrySize, EntrySize);
            var info = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            var kind = (uint)info;
            // R_X86_64_64, _32, _32S; R_AARCH64_ABS64, _ABS32. Whatever else stands in debug sections is not an address or offset we read.
            var absolute = _machine == ElfFile.X64 ? kind is 1 or 10 or 11 : kind is 257 or 258;
            if (!absolute) return plain;
            var symbol = (int)(info >> 32);
            if ((uint)symbol >= (uint)_symbols.Count) throw new DamagedException($"a relocation refers to symbol {symbol} of {_symbols.Count}");
            var value = _symbols[symbol].Address + BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]);
            return size == 4 ? (uint)value : value;
        }

        private ulong At(int index) => BinaryPrimitives.ReadUInt64LittleEndian(_entries.AsSpan(index * EntrySize));

        private void Sort()
        {
            var keys = new ulong[_count];
            var order = new int[_count];
            for (var i = 0; i < _count; i++) (keys[i], order[i]) = (At(i), i);
            Array.Sort(keys, order);
            var sorted = new byte[_count * EntrySize];
            for (var i = 0; i < _count; i++) _entries.AsSpan(order[i] * EntrySize, EntrySize).CopyTo(sorted.AsSpan(i * EntrySize));
            sorted.CopyTo(_entries, 0);
        }
    }
}

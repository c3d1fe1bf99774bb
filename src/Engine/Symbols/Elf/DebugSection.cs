namespace KernelMagnifier.Symbols.Elf;

/// <summary>
/// The content of one debug section. A large uncompressed section is read window by window, so that a vmlinux of hundreds of
/// megabytes needs a few megabytes of memory; other sections are loaded. In a module, values that refer to other places come from
/// relocations, which are looked up on demand.
/// </summary>
internal sealed class DebugSection
{
    private const int MaxLoadedSize = 2 << 20;
    private const int MaxWindow = 1 << 30;

    // PATH_MAX of the kernel.
    private const int MaxStringLength = 4096;

    private readonly ElfFile _file;
    private readonly ElfSection _section;
    private readonly byte[]? _content;
    private readonly Relocations? _relocations;

    private DebugSection(ElfFile file, ElfSection section, ElfSymbols? symbols, bool windowed)
    {
        (_file, _section) = (file, section);
        Name = section.Name;
        if (!windowed || section.IsCompressed || section.Name.StartsWith(".z", StringComparison.Ordinal)
            || section.Size < MaxLoadedSize)
            _content = file.Load(section);
        Length = _content?.Length ?? section.Size;
        if (file.IsRelocatable && symbols is not null) _relocations = Relocations.Of(file, section, symbols);
    }

    public string Name { get; }

    /// <summary>The size of the decompressed content in bytes.</summary>
    public long Length { get; }

    /// <summary>Whether values come from relocations.</summary>
    public bool IsRelocated => _relocations is not null;

    /// <summary>Opens a section by its name without the leading <c>.debug_</c>; null when the file does not have it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The name, such as <c>info</c>.</param>
    /// <param name="symbols">The symbols that relocations refer to; null when the file has no relocations.</param>
    /// <param name="windowed">Whether a large section is read window by window; otherwise it is loaded.</param>
    public static DebugSection? Open(ElfFile file, string name, ElfSymbols? symbols, bool windowed = false)
    {
        var section = file.Find(".debug_" + name) ?? file.Find(".zdebug_" + name);
        return section is null ? null : new DebugSection(file, section, symbols, windowed);
    }

    /// <summary>Bytes of the section; fewer than requested when it ends before.</summary>
    /// <param name="offset">The offset of the first byte.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="buffer">The memory for bytes that must be read; it grows when needed.</param>
    public ReadOnlySpan<byte> Window(long offset, long length, scoped ref byte[] buffer)
    {
        if ((ulong)offset > (ulong)Length) throw OutOfRange((ulong)offset);
        length = Math.Min(length, Length - offset);
        if (_content is not null) return _content.AsSpan((int)offset, (int)length);
        if (length > MaxWindow) throw new DamagedException($"a unit of {length} bytes in {Name}");
        if (buffer.Length < length)
            buffer = GC.AllocateUninitializedArray<byte>((int)Math.Max(length, Math.Min(buffer.Length * 2L, MaxWindow)));
        var window = buffer.AsSpan(0, (int)length);
        _file.ReadAt(_section.Offset + offset, window);
        return window;
    }

    /// <summary>The section from an offset to its end. Only for a section that was not opened with windows.</summary>
    public ReadOnlySpan<byte> From(ulong offset)
    {
        if (_content is null) throw new InvalidOperationException();
        if (offset > (ulong)_content.Length) throw OutOfRange(offset);
        return _content.AsSpan((int)offset);
    }

    /// <summary>The string at an offset, without its terminating zero.</summary>
    public ReadOnlySpan<byte> String(ulong offset)
    {
        var rest = From(offset);
        if (rest.Length > MaxStringLength) rest = rest[..MaxStringLength];
        var end = rest.IndexOf((byte)0);
        return end < 0 ? throw new DamagedException($"the string at {offset} of {Name} is not terminated") : rest[..end];
    }

    /// <summary>The value at an offset after relocation.</summary>
    /// <param name="offset">The offset.</param>
    /// <param name="plain">The value in the file, which is returned when no relocation applies.</param>
    /// <param name="size">The size of the value in bytes, 4 or 8.</param>
    public ulong Relocated(long offset, ulong plain, int size)
        => _relocations is null ? plain : _relocations.Apply(offset, plain, size);

    private DamagedException OutOfRange(ulong offset) => new($"{Name} has {Length} bytes, and content is expected at {offset}");
}

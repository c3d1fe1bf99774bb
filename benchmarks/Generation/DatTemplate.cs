using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// The metadata of a real trace.dat (version 7, uncompressed sections): the layout of pages, the event formats, the kernel's
/// symbols. Generated recordings contain it.
/// </summary>
/// <remarks>trace-cmd.dat.v7(5).</remarks>
internal sealed class DatTemplate
{
    /// <summary>Ids of sections and options.</summary>
    public const int Done = 0, Buffer = 3, Clock = 4, Uname = 5, CpuCount = 8, Version = 9, HeaderInfo = 16, Kallsyms = 19,
        CommandLines = 21;

    private readonly byte[] _bytes;

    /// <summary>Reads a template, which may be compressed with zstd.</summary>
    public DatTemplate(string path)
    {
        _bytes = File.ReadAllBytes(path);
        if (BinaryPrimitives.ReadUInt32LittleEndian(_bytes) == 0xFD2FB528) _bytes = Zstandard.Decompress(_bytes);
        if (Encoding.ASCII.GetString(_bytes, 3, 7) != "tracing" || Text(10) != "7" || _bytes[12] != 0)
            throw new InvalidDataException($"{path} is not a little-endian trace.dat of version 7.");
        // After the byte order and the long size.
        PageSize = (int)BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(14));
        var at = 18 + Text(18).Length + 1;
        at += Text(at).Length + 1;
        var options = (int)BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at));
        ReadOptions(options + 16);
        Symbols = ReadSymbols();
    }

    /// <summary>The page size in bytes.</summary>
    public int PageSize { get; }

    /// <summary>The header up to the name of the compression.</summary>
    public ReadOnlySpan<byte> HeaderStart => _bytes.AsSpan(0, 18);

    /// <summary>The options that contain no offsets.</summary>
    public List<(int Id, byte[] Data)> Options { get; } = [];

    /// <summary>The contents of the sections, by section id.</summary>
    public SortedDictionary<int, byte[]> Sections { get; } = [];

    /// <summary>The functions of the kernel and their addresses.</summary>
    public List<(string Name, ulong Address)> Symbols { get; }

    private void ReadOptions(int at)
    {
        while (true)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));
            var data = _bytes.AsSpan(at + 2 + 4, (int)BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at + 2))).ToArray();
            at += 6 + data.Length;
            if (id == Done)
            {
                var next = (int)BinaryPrimitives.ReadUInt64LittleEndian(data);
                if (next == 0) return;
                at = next + 16;
            }
            else if (id is Clock or Uname or Version)
            {
                Options.Add((id, data));
            }
            else if (id is >= HeaderInfo and <= CommandLines)
            {
                var head = (int)BinaryPrimitives.ReadUInt64LittleEndian(data);
                if (BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(head + 2)) != 0)
                    throw new InvalidDataException("The sections of the template are compressed. "
                        + "Record it with trace-cmd record --compression none.");
                var size = (int)BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(head + 8));
                Sections[id] = _bytes.AsSpan(head + 16, size).ToArray();
            }
        }
    }

    private List<(string, ulong)> ReadSymbols()
    {
        var symbols = new List<(string, ulong)>();
        foreach (var line in Encoding.UTF8.GetString(Sections[Kallsyms].AsSpan(4)).Split('\n'))
        {
            var parts = line.Split(' ', '\t');
            if (parts.Length >= 3 && parts[1] is "t" or "T"
                && ulong.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var address)
                && address != 0)
                symbols.Add((parts[2], address));
        }
        return symbols;
    }

    private string Text(int at) => Encoding.ASCII.GetString(_bytes, at, Array.IndexOf(_bytes, (byte)0, at) - at);
}

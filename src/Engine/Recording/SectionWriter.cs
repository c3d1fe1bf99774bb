using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Recording;

/// <summary>Writes numbers, strings and sections of a trace.dat 7, little-endian (trace-cmd.dat.v7(5)).</summary>
/// <param name="stream">The stream; it must support seeking.</param>
internal sealed class SectionWriter(Stream stream)
{
    /// <summary>The size of a section header in bytes.</summary>
    public const int HeaderSize = 16;

    /// <summary>The level of zstd compression.</summary>
    public const int CompressionLevel = 3;

    private static readonly (int Id, string Name)[] Names =
    [
        (DatOptions.OptionsSection, "options"), (DatOptions.Buffer, "buffer flyrecord"), (DatOptions.Strings, "strings"),
        (DatOptions.HeaderInfo, "headers"), (DatOptions.FtraceEvents, "ftrace events"),
        (DatOptions.EventFormats, "events format"), (DatOptions.Kallsyms, "kallsyms"), (DatOptions.Printk, "printk"),
        (DatOptions.CommandLines, "command lines"), (DatOptions.Modules, "modules"),
    ];

    /// <summary>The stream.</summary>
    public Stream Stream => stream;

    /// <summary>Writes a number of the given size in bytes.</summary>
    public void Number(long value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        stream.Write(bytes[..size]);
    }

    /// <summary>Writes a null-terminated string.</summary>
    public void String(string text) => stream.Write(Encoding.UTF8.GetBytes(text + "\0"));

    /// <summary>Writes a text after its length.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lengthSize">The size of the length in bytes.</param>
    public void Text(byte[] text, int lengthSize)
    {
        Number(text.Length, lengthSize);
        stream.Write(text);
    }

    /// <summary>Writes an option.</summary>
    public void Option(int id, byte[] data)
    {
        Number(id, 2);
        Text(data, 4);
    }

    /// <summary>Writes a compressed chunk.</summary>
    /// <param name="frame">The zstd frame.</param>
    /// <param name="size">The uncompressed size in bytes.</param>
    public void Chunk(byte[] frame, int size)
    {
        Number(frame.Length, 4);
        Number(size, 4);
        stream.Write(frame);
    }

    /// <summary>Writes a section with its header.</summary>
    /// <param name="id">The id, see <see cref="DatOptions"/>.</param>
    /// <param name="content">Writes the content.</param>
    /// <param name="compressed">Compress the content.</param>
    public void Section(int id, Action<SectionWriter> content, bool compressed = false)
    {
        if (compressed)
        {
            var buffer = new MemoryStream();
            content(new SectionWriter(buffer));
            var bytes = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
            var frame = Zstd.Compress(bytes, CompressionLevel);
            Header(id, frame.Length + 8, true);
            Chunk(frame, bytes.Length);
            return;
        }
        var start = stream.Position;
        Header(id, 0, false);
        content(this);
        var end = stream.Position;
        stream.Position = start + HeaderSize - 8;
        Number(end - start - HeaderSize, 8);
        stream.Position = end;
    }

    /// <summary>Writes a section header.</summary>
    public void Header(int id, long size, bool compressed)
    {
        Number(id, 2);
        Number(compressed ? 1 : 0, 2);
        Number(NameOffset(id), 4);
        Number(size, 8);
    }

    /// <summary>Writes the names of all sections, the content of the strings section.</summary>
    public void SectionNames()
    {
        foreach (var (_, name) in Names) String(name);
    }

    private static int NameOffset(int id)
    {
        var offset = 0;
        foreach (var (known, name) in Names)
        {
            if (known == id) break;
            offset += name.Length + 1;
        }
        return offset;
    }
}

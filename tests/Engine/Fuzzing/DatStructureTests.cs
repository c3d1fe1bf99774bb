using System.Buffers.Binary;
using KernelMagnifier.Compression;
using KernelMagnifier.Engine.Tests.TraceDat;
using KernelMagnifier.Fuzzing;

namespace KernelMagnifier.Engine.Tests.Fuzzing;

/// <summary>
/// trace.dat files with a damaged structure: sections and options that are cut, have an impossible length or form a loop; pages out of
/// order; sections with an excessive decompressed size.
/// </summary>
public class DatStructureTests
{
    private readonly FuzzTarget _target = FuzzTargets.New("trace-dat")!;

    /// <summary>A section or an option.</summary>
    /// <param name="Start">The offset of its header.</param>
    /// <param name="LengthField">The offset of its length field.</param>
    /// <param name="Width">The width of its length field in bytes: 8 for a section, 4 for an option.</param>
    /// <param name="Contents">The offset of its contents.</param>
    /// <param name="End">The offset after its contents.</param>
    /// <param name="Id">Its id.</param>
    private readonly record struct Part(int Start, int LengthField, int Width, int Contents, int End, int Id);

    private static IEnumerable<byte[]> Version7 => Seeds.WholeDats().Where(f => f[10] == '7' && f[12] == 0 && f.Length < 60_000);

    [Fact]
    public void CutAtEverySectionAndOption()
    {
        foreach (var file in Version7)
            foreach (var part in Parts(file))
                foreach (var at in (int[])[part.Start, part.Start + 1, part.Contents, (part.Contents + part.End) / 2, part.End - 1, part.End])
                    FuzzTests.Run(_target, file[..Math.Clamp(at, 0, file.Length)]);
    }

    [Fact]
    public void ImpossibleLengths()
    {
        foreach (var file in Version7)
            foreach (var part in Parts(file))
                foreach (var length in (ulong[])[0, (ulong)(part.End - part.Contents) - 1, (ulong)(part.End - part.Contents) + 1, 0xFFFFFFFF, long.MaxValue, ulong.MaxValue])
                    FuzzTests.Run(_target, With(file, part.LengthField, length, part.Width));
    }

    [Fact]
    public void ImpossibleOffsets()
    {
        // Options contain the offsets of sections and of data: every eight bytes of an option are taken for one.
        foreach (var file in Version7)
            foreach (var part in Parts(file).Where(p => p.Width == 4))
                for (var at = part.Contents; at + 8 <= Math.Min(part.End, part.Contents + 40); at += 8)
                    foreach (var offset in (ulong[])[0, (ulong)part.Start, (ulong)file.Length - 1, ulong.MaxValue])
                        FuzzTests.Run(_target, With(file, at, offset, 8));
    }

    [Fact]
    public void OptionsThatFormALoop()
    {
        foreach (var file in Version7)
        {
            var sections = Parts(file).Where(p => p.Width == 8 && p.Id == 0).ToList();
            foreach (var from in Parts(file).Where(p => p is { Width: 4, Id: 0 }))
                foreach (var to in sections)
                    FuzzTests.Run(_target, With(file, from.Contents, (ulong)to.Start, 8));
        }
    }

    [Fact]
    public void PagesOutOfOrder()
    {
        var random = new Random(20260101);
        foreach (var file in Version7)
        {
            const int Size = 4096;
            for (var round = 0; round < 12; round++)
            {
                // The data start at a page boundary; the metadata before them are not changed.
                var pages = Enumerable.Range(4, Math.Max(0, file.Length / Size - 4)).ToList();
                if (pages.Count < 2) break;
                var damaged = (byte[])file.Clone();
                for (var i = 0; i < 4; i++)
                {
                    var (a, b) = (pages[random.Next(pages.Count)] * Size, pages[random.Next(pages.Count)] * Size);
                    if (round % 3 == 0) file.AsSpan(a, Size).CopyTo(damaged.AsSpan(b));
                    else if (round % 3 == 1) damaged.AsSpan(a, Size).Clear();
                    else
                    {
                        file.AsSpan(a, Size).CopyTo(damaged.AsSpan(b));
                        file.AsSpan(b, Size).CopyTo(damaged.AsSpan(a));
                    }
                }
                FuzzTests.Run(_target, damaged);
            }
        }
    }

    [Theory]
    [InlineData("zstd", 16)]
    [InlineData("zstd", 17)]
    [InlineData("zstd", 18)]
    [InlineData("zstd", 19)]
    [InlineData("zlib", 19)]
    [InlineData("zstd", 21)]
    public void ASectionWithAnExcessiveDecompressedSize(string algorithm, int section)
    {
        var zeros = new byte[127 << 20];
        var compressed = algorithm == "zstd" ? Zstd.Compress(zeros, 3) : Zlib(zeros);
        var file = new DatBuilder().Page(0, new DatBuilder().NewPage(1).Call(1, 0xffff1000, 0xffff2000)).ToArray();
        var option = Parts(file).First(p => p.Width == 4 && p.Id == section);
        // The name of the algorithm replaces "none".
        System.Text.Encoding.ASCII.GetBytes(algorithm).CopyTo(file, 18);
        file = With(file, option.Contents, (ulong)file.Length, 8);
        var head = new byte[24];
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)section);
        head[2] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), compressed.Length + 8);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), compressed.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(20), zeros.Length);
        FuzzTests.Run(_target, [.. file, .. head, .. compressed]);
        using var reader = DatBuilder.Open([.. file, .. head, .. compressed]);
        var read = CollectedCalls.Of(reader);
        if (section > 18) Assert.Single(read.List);
    }

    private static byte[] Zlib(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(compressed, System.IO.Compression.CompressionLevel.Optimal)) zlib.Write(bytes);
        return compressed.ToArray();
    }

    private static byte[] With(byte[] file, int at, ulong number, int width)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        var damaged = (byte[])file.Clone();
        bytes.AsSpan(0, Math.Max(0, Math.Min(width, file.Length - at))).CopyTo(damaged.AsSpan(at));
        return damaged;
    }

    /// <summary>The sections of a little-endian version 7 file, and the options in the uncompressed options sections.</summary>
    private static List<Part> Parts(byte[] file)
    {
        var parts = new List<Part>();
        // Magic, "7", byte order, long size, page size; name and version of the compression; offset of the options.
        var at = 18;
        for (var strings = 0; strings < 2; at++)
            if (file[at] == 0) strings++;
        for (at += 8; at + 16 <= file.Length;)
        {
            var (id, flags) = (BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at)), BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at + 2)));
            var size = BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at + 8));
            if (size < 0 || size > file.Length - at - 16 || id > 25) break;
            var end = at + 16 + (int)size;
            parts.Add(new Part(at, at + 8, 8, at + 16, end, id));
            if (id == 0 && flags == 0)
            {
                for (var option = at + 16; option + 6 <= end;)
                {
                    var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(option + 2));
                    parts.Add(new Part(option, option + 2, 4, option + 6, option + 6 + length, BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(option))));
                    option += 6 + length;
                }
            }
            at = end;
        }
        Assert.True(parts.Count > 5, $"{parts.Count} sections and options");
        return parts;
    }
}

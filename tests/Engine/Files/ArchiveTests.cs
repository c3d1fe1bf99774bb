using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Files;

/// <summary>Archives are named as such, even if the text of a trace in them could be read.</summary>
public class ArchiveTests
{
    private static readonly byte[] Trace = Encoding.ASCII.GetBytes(
        "# tracer: function\n" + string.Concat(Enumerable.Repeat("            bash-9     [001] d..2.   214.887038: f <-g\n", 50)));

    public static TheoryData<TarEntryFormat> TarFormats => [TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu];

    [Theory]
    [MemberData(nameof(TarFormats))]
    public void TarIsNamed(TarEntryFormat format)
    {
        var tar = Tar(format);
        AssertRefused(tar, "this is a tar archive", "tar -xf FILE");
        AssertRefused(TestRecording.Gzip(tar), "this is a tar archive, compressed with gzip", "tar -xf FILE");
        AssertRefused(Zstd.Compress(tar, 3), "this is a tar archive, compressed with zstd", "tar -xf FILE");
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void ZipIsNamed(CompressionLevel level)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("traces/a\nb.txt", level).Open();
            entry.Write(Trace);
        }
        AssertRefused(bytes.ToArray(), "this is a ZIP archive, which starts with 'traces/a", "unzip FILE");
    }

    [Fact]
    public void ATextThatMentionsUstarIsNoArchive()
    {
        var text = new byte[600];
        text.AsSpan().Fill((byte)'#');
        "ustar "u8.CopyTo(text.AsSpan(257));
        text[511] = (byte)'\n';
        Assert.Null(Archive.Of(text, null));
    }

    private static byte[] Tar(TarEntryFormat format)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, format, leaveOpen: true))
        {
            TarEntry entry = format switch
            {
                TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, "trace.txt") { DataStream = new MemoryStream(Trace) },
                TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, "trace.txt") { DataStream = new MemoryStream(Trace) },
                _ => new GnuTarEntry(TarEntryType.RegularFile, "trace.txt") { DataStream = new MemoryStream(Trace) },
            };
            tar.WriteEntry(entry);
        }
        return bytes.ToArray();
    }

    private static void AssertRefused(byte[] bytes, string cause, string action)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => TraceFile.Open(new MemoryStream(bytes), "x"));
        Assert.Equal(ErrorCode.TraceUnreadable, error.Code);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
        Assert.Contains(action, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}

using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Engine.Tests.Symbols;

public sealed class ElfNotesTests : IDisposable
{
    private static readonly byte[] Sha1 = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    private static byte[] Note(string name, uint type, byte[] descriptor)
    {
        var bytes = new byte[12 + Padded(name.Length + 1) + Padded(descriptor.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, name.Length + 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), descriptor.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), type);
        Encoding.ASCII.GetBytes(name, bytes.AsSpan(12));
        descriptor.CopyTo(bytes, 12 + Padded(name.Length + 1));
        return bytes;

        static int Padded(int size) => (size + 3) & ~3;
    }

    [Fact]
    public void FindsTheBuildIdAmongOtherNotes()
    {
        byte[] others = [.. Note("Linux", 257, [1]), .. Note("Xen", 6, "linux\0"u8.ToArray()), .. Note("GNU", 1, new byte[16]),
            .. Note("GN", 3, Sha1)];
        Assert.Equal("0102030405060708090a0b0c0d0e0f1011121314",
            ElfNotes.BuildId([.. others, .. Note("GNU", 3, Sha1), .. Note("GNU", 3, [9, 9, 9, 9])]));
        Assert.Null(ElfNotes.BuildId(others));
        Assert.Null(ElfNotes.BuildId([]));
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(4, "ffffffff")]
    [InlineData(5, "ffffffffff")]
    [InlineData(65, null)]
    public void ABuildIdHas4To64Bytes(int size, string? id)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, (byte)0xff);
        Assert.Equal(id, ElfNotes.BuildId(Note("GNU", 3, bytes)));
    }

    [Fact]
    public void TruncatedNotesHaveNoBuildId()
    {
        byte[] notes = [.. Note("Linux", 257, [1]), .. Note("GNU", 3, Sha1)];
        for (var length = 0; length < notes.Length; length++) Assert.Null(ElfNotes.BuildId(notes.AsSpan(0, length)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void AnExtremeSizeIsNotTrusted(int field)
    {
        foreach (var size in new[] { uint.MaxValue, uint.MaxValue - 3, 0x7fffffffu, 0x80000000u })
        {
            byte[] notes = [.. Note("Linux", 257, [1]), .. Note("GNU", 3, Sha1)];
            BinaryPrimitives.WriteUInt32LittleEndian(notes.AsSpan(field), size);
            Assert.Null(ElfNotes.BuildId(notes));
        }
    }

    [Fact]
    public void ReadsAFileOfNotes()
    {
        File.WriteAllBytes(_file, Note("GNU", 3, Sha1));
        Assert.Equal(Convert.ToHexStringLower(Sha1), ElfNotes.BuildIdOfFile(_file));
        Assert.Null(ElfNotes.BuildIdOfFile(_file + ".none"));
        Assert.Null(ElfNotes.BuildIdOfFile(Path.GetTempPath()));
    }
}

using System.Buffers.Binary;
using KernelMagnifier.Recording;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Engine.Tests.Recording;

/// <summary>
/// The commit word of a page: the length of its data in the lower bits, flags of lost events in bits 31 and 30.
/// </summary>
public class DrainedPagesTests
{
    private const int LargestPage = 1 << 20;

    [Theory]
    [InlineData(5, 0, 4096)]
    [InlineData(5, -1, 4096)]
    [InlineData(5, 7, 4096)]
    // Sub-buffers may be larger than a page since Linux 6.8, up to the 20 bits of buffer_page.write.
    [InlineData(2300, 7, 1 << 16)]
    [InlineData(37_000, 3, LargestPage)]
    public void The_flags_of_lost_events_are_no_part_of_the_length(int events, long lost, int size)
    {
        var page = RingBufferPages.Page(1000, events, lost, size);
        Assert.Equal(new CpuStats(0, Math.Max(lost, 0), 0, events), Count(page));
        Assert.Equal(Math.Max(lost, 0), DrainedPages.LostBefore(page));
    }

    /// <summary>A length above the page is damage. A mask of 20 bits would cut it to one that looks right.</summary>
    [Theory]
    [InlineData(1ul << 20)]
    [InlineData(1ul << 26)]
    public void A_length_above_the_page_is_not_cut_to_one_that_fits(ulong bit)
    {
        var page = RingBufferPages.Page(1000, 5);
        BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(8), BinaryPrimitives.ReadUInt64LittleEndian(page.AsSpan(8)) | bit);
        Assert.Equal(default, Count(page));
        Assert.Equal(8, BrokenAt(page));
    }

    [Theory]
    [InlineData(0, 16 + (5 * 28))]
    [InlineData(7, 16 + (5 * 28) + 8)]
    public void Remains_of_an_older_page_are_cleared_but_not_the_count_of_lost_events(long lost, int used)
    {
        var page = RingBufferPages.Page(1000, 5, lost);
        var expected = page.ToArray();
        page.AsSpan(used).Fill(0xAA);
        DrainedPages.ClearRemains(page);
        Assert.Equal(expected, page);
    }

    private static CpuStats Count(byte[] page) => DrainedPages.Count(new MemoryStream(page), 0, page.Length, page.Length);

    private static unsafe int BrokenAt(byte[] page)
    {
        var handler = new Ignore();
        fixed (byte* first = page)
            return RingBufferPageDecoder<LittleEndian>.Walk(first, page.Length, page.Length, RingBufferPageLayout.Default(8),
                ref handler).BrokenAt;
    }

    private unsafe struct Ignore : IRecordHandler
    {
        public readonly void Record(ulong time, byte* body, int length) { }

        public readonly void Lost(long events) { }
    }
}

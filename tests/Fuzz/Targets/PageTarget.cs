using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KernelMagnifier.Compression;
using KernelMagnifier.Engine.Tests.TraceDat;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// Single ring buffer pages. The page ends at the end of readable memory, so a read beyond the page crashes. The first byte of
/// the input selects the byte order, the size of long and the decoder, the second whether the page is cut.
/// </summary>
internal sealed unsafe partial class PageTarget : FuzzTarget
{
    private const int PageSize = 4096;

    private readonly DatMetadata[] _metadata = new DatMetadata[4];
    private readonly byte* _end;

    public PageTarget() : base("page")
    {
        // Two pages of memory, of which the second is not accessible.
        var memory = Map(0, 2 * PageSize, 3, 0x22, -1, 0);
        if (memory == -1 || Protect(memory + PageSize, PageSize, 0) != 0)
            throw new InvalidOperationException("There is no memory for the page.");
        _end = (byte*)memory + PageSize;
        for (var i = 0; i < 4; i++)
        {
            var file = new DatBuilder(bigEndian: (i & 1) != 0, longSize: (i & 2) != 0 ? 4 : 8).ToArray();
            using var handle = File.OpenHandle(Scratch.Mine.With(file));
            _metadata[i] = DatMetadata.Read(new DatFile(handle, file.Length), "fuzz");
        }
    }

    public override int Longest => PageSize + 2;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2) return;
        var (way, cut) = (input[0], input[1]);
        input = input[2..];
        var there = cut == 0 ? PageSize : Math.Min(input.Length, PageSize);
        var page = new Span<byte>(_end - there, there);
        page.Clear();
        input[..Math.Min(there, input.Length)].CopyTo(page);
        var metadata = _metadata[way & 3];
        if ((way & 1) != 0) Walk<BigEndian>(metadata, page, way);
        else Walk<LittleEndian>(metadata, page, way);
    }

    private void Walk<TOrder>(DatMetadata metadata, ReadOnlySpan<byte> page, int way) where TOrder : struct, IByteOrder
    {
        var names = new CallNames();
        var decoder = new CallDecoder<TOrder>(metadata, new CallAddresses(metadata.Symbols, names), names, CallFields.All);
        var sums = new CallSums(false, names);
        RingBufferPageResult result;
        long handed;
        if ((way & 4) != 0)
        {
            var block = new FunctionGraphBlock();
            block.Keys = new ulong[block.Records.Length];
            var handler = new FunctionGraphBlockHandler<TOrder>(decoder, block, 0);
            result = RingBufferPageDecoder<TOrder>.Walk(_end - page.Length, page.Length, PageSize, metadata.Page, ref handler);
            handed = block.Records.AsSpan(0, block.Count).ToArray()
                .Count(r => r.Kind is FunctionGraphRecordKind.Entry or FunctionGraphRecordKind.Call);
            // The pairing of entries and exits counts the exits.
            for (var i = 0; i < block.Count; i++)
                if (block.Records[i].Kind == FunctionGraphRecordKind.Exit)
                    decoder.Tally.Short++;
        }
        else
        {
            var feed = new CallFeed(sums, null);
            var handler = new FeedHandler<TOrder>(decoder, feed, 0);
            result = RingBufferPageDecoder<TOrder>.Walk(_end - page.Length, page.Length, PageSize, metadata.Page, ref handler);
            feed.Flush();
            handed = sums.Count;
            Check(sums.Broken is null, $"{sums.Broken}");
        }
        var calls = decoder.Tally.Calls;
        var statistics = new TraceStatistics();
        decoder.Tally.Flush(statistics, 0);
        var info = new TraceInfoBuilder(new TraceSource("fuzz"));
        statistics.WriteTo(info, "function");
        var counted = info.Calls + info.Events + info.NotParsed;
        var there = Records(page, metadata.Header.BigEndian, metadata.Header.LongSize, out var whole);
        Check(handed == calls, $"{handed} calls were delivered and {calls} counted");
        Check(counted == there, $"{counted} records were counted, but the page has {there}");
        Check(result.BrokenAt < 0 == whole,
            $"the page is {(whole ? "whole" : "broken")}, but the decoder reports damage at {result.BrokenAt}");
        Check(result.HasRecords == there > 0,
            $"the page has {there} records, but the decoder reports {(result.HasRecords ? "some" : "none")}");
        Check(result.BrokenAt <= PageSize, $"the decoder reports damage at {result.BrokenAt}");
    }

    /// <summary>Counts the records of a page in a simple way.</summary>
    private static int Records(ReadOnlySpan<byte> page, bool big, int longSize, out bool whole)
    {
        whole = false;
        var head = 8 + longSize;
        if (page.Length < head) return 0;
        var commit = longSize == 4 || !big ? U32(page[8..]) : U32(page[12..]);
        var size = (int)(commit & 0x7FFFFFF);
        if (size > PageSize - head) return 0;
        var end = Math.Min(head + size, page.Length);
        var (at, records) = (head, 0);
        while (end - at >= 4)
        {
            var word = U32(page[at..]);
            var type = big ? word >> 27 : word & 31;
            var delta = big ? word & 0x7FFFFFF : word >> 5;
            if (type == 29 && delta == 0)
            {
                at = end;
                break;
            }
            if (type is >= 1 and <= 28)
            {
                if (at + 4 + type * 4 > end) break;
                at += 4 + (int)type * 4;
                records++;
                continue;
            }
            if (end - at < 8) break;
            var second = U32(page[(at + 4)..]);
            if (type is 30 or 31)
            {
                at += 8;
            }
            else if (type == 29)
            {
                if (at + 4 + (long)second > end) break;
                at += 4 + (int)second;
            }
            else
            {
                if (second is < 4 or > PageSize) break;
                var length = (int)(second - 1) / 4 * 4;
                if (at + 8 + length > end) break;
                at += 8 + length;
                records++;
            }
        }
        whole = at >= end && head + size <= page.Length;
        return records;

        uint U32(ReadOnlySpan<byte> from)
            => big ? BinaryPrimitives.ReadUInt32BigEndian(from) : BinaryPrimitives.ReadUInt32LittleEndian(from);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nint length, int protection);
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KernelMagnifier.Compression;
using KernelMagnifier.Engine.Tests.TraceDat;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Fuzzing;

/// <summary>Whole trace.dat files, versions 6 and 7.</summary>
internal sealed class TraceDatTarget() : ReadingTarget("trace-dat")
{
    public override int Longest => 512 << 10;

    // Event numbers go up to 65,535 and are counted by number, for each piece of each CPU.
    protected override long StepsPerByte => 20_000;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        if (Draw(input) % 128 == 0)
        {
            EveryWay(input, (path, options) => new TraceDatReader(InputFile.Open(path, InputKind.Recording), options), (stream, options) => new TraceDatReader(InputFile.Open(stream, "fuzz", InputKind.Recording), options));
            return;
        }
        var path = Scratch.Mine.With(input);
        _ = Result.Of(() => new TraceDatReader(InputFile.Open(path, InputKind.Recording), new TraceReadOptions { Threads = 1 }), inOrder: false);
    }
}

/// <summary>
/// Ring-buffer pages alone. The page ends where the memory that may be read ends, so that a read behind it is a crash.
/// The first byte chooses byte order, size of long and the way of decoding, the second how much of the page is there.
/// </summary>
internal sealed unsafe partial class PageTarget : FuzzTarget
{
    private const int PageSize = 4096;

    private readonly DatMetadata[] _metadata = new DatMetadata[4];
    private readonly byte* _end;

    public PageTarget() : base("page")
    {
        // Two pages of memory; the second may not be touched.
        var memory = Map(0, 2 * PageSize, 3, 0x22, -1, 0);
        if (memory == -1 || Protect(memory + PageSize, PageSize, 0) != 0) throw new InvalidOperationException("no memory for the page");
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
        RingBufferPageDecoder<TOrder>.Result result;
        long handed;
        if ((way & 4) != 0)
        {
            var block = new FunctionGraphBlock();
            block.Keys = new ulong[block.Records.Length];
            var handler = new ToFunctionGraphBlock<TOrder>(decoder, block, 0);
            result = RingBufferPageDecoder<TOrder>.Walk(_end - page.Length, page.Length, PageSize, metadata.Page, ref handler);
            handed = block.Records.AsSpan(0, block.Count).ToArray().Count(r => r.Kind is FunctionGraphKind.Entry or FunctionGraphKind.Call);
            // Exits are counted when they are put to their entries.
            for (var i = 0; i < block.Count; i++)
                if (block.Records[i].Kind == FunctionGraphKind.Exit)
                    decoder.Tally.Short++;
        }
        else
        {
            var feed = new CallFeed(sums, null);
            var handler = new ToFeed<TOrder>(decoder, feed, 0);
            result = RingBufferPageDecoder<TOrder>.Walk(_end - page.Length, page.Length, PageSize, metadata.Page, ref handler);
            feed.Flush();
            handed = sums.Count;
            Promise(sums.Broken is null, $"{sums.Broken}");
        }
        var calls = decoder.Tally.Calls;
        var statistics = new TraceStatistics();
        decoder.Tally.Flush(statistics, 0);
        var info = new TraceInfoBuilder(new TraceSource("fuzz"));
        statistics.WriteTo(info, "function");
        var counted = info.Calls + info.Events + info.NotParsed;
        var there = Records(page, metadata.Header.BigEndian, metadata.Header.LongSize, out var whole);
        Promise(handed == calls, $"{handed} calls were handed on and {calls} counted");
        Promise(counted == there, $"{counted} records were counted, and {there} are in the page");
        Promise(result.BrokenAt < 0 == whole, $"the page is {(whole ? "whole" : "broken")}, and was said to break at {result.BrokenAt}");
        Promise(result.HasRecords == there > 0, $"{there} records, and they were{(result.HasRecords ? "" : " not")} told of");
        Promise(result.BrokenAt <= PageSize, $"it was said to break at {result.BrokenAt}");
    }

    /// <summary>The records of a page counted the slow, plain way.</summary>
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

        uint U32(ReadOnlySpan<byte> from) => big ? BinaryPrimitives.ReadUInt32BigEndian(from) : BinaryPrimitives.ReadUInt32LittleEndian(from);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nint length, int protection);
}

/// <summary>Event format descriptions, and that of pages. Several follow each other, parted by a zero byte.</summary>
internal sealed class EventFormatTarget() : FuzzTarget("event-format")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var events = new EventFormats();
        var all = 0;
        foreach (var range in input.Split((byte)0))
        {
            var text = input[range];
            if (events.Add(text, (all & 1) == 0)) all++;
            try
            {
                var page = RingBufferPageLayout.Parse(text, 8);
                Promise(page.Timestamp >= 0 && page.Timestamp + 8 <= page.Data && page.Commit >= 0 && page.Commit + page.LongSize <= page.Data && page.Data <= 256, $"a page with {page}");
            }
            catch (DatDamage)
            {
                // What makes no sense is refused.
            }
        }
        Promise(events.Count is >= 0 and <= 65_536, $"{events.Count} kinds of events");
        foreach (var one in new[] { events.Function, events.GraphEntry, events.GraphReturnAddressEntry, events.GraphExit })
        {
            if (one is null) continue;
            Promise(events.Name(one.Id) is not null, $"event {one.Id} has no name");
            foreach (var field in new[] { one.Function, one.Caller, one.Depth, one.CallTime, one.ReturnTime })
                Promise(!field.Exists || (field.IsNumber && field.End <= one.Length), $"field {field} of a record of {one.Length} bytes");
        }
        if (events.Type.Exists) Promise(events.Type.End <= events.CommonLength && (!events.Pid.Exists || events.Pid.End <= events.CommonLength), $"common fields of {events.CommonLength} bytes");
    }
}

/// <summary>Kernel symbols.</summary>
internal sealed class KallsymsTarget() : FuzzTarget("kallsyms")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var symbols = new Kallsyms(input.ToArray());
        var lines = Lines.Count(input).All;
        Promise(symbols.Count <= lines, $"{symbols.Count} symbols in {lines} lines");
        var last = 0ul;
        for (var i = 0; i < symbols.Count; i++)
        {
            var (name, _, address) = symbols[i];
            Promise(address >= last, $"symbol {i} stands before the one before it");
            Promise(name.Length <= input.Length && !name.Contains('\n', StringComparison.Ordinal), $"a symbol's name of {name.Length} characters");
            last = address;
            foreach (var near in (ReadOnlySpan<ulong>)[address - 1, address, address + 1])
            {
                var found = symbols.Find(near);
                Promise(found < symbols.Count && (found < 0 || symbols[found].Start <= near), $"symbol {found} found for {near:x}");
            }
        }
        Promise(symbols.Find(0) < symbols.Count && symbols.Find(ulong.MaxValue) < symbols.Count, $"a symbol that is not there");
        _ = RecordedKernel.FromKallsyms(input);
    }
}

/// <summary>Saved command lines, and the kernel's own statistics.</summary>
internal sealed class CommandLinesTarget() : FuzzTarget("command-lines")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var names = new SavedCommandLines();
        names.Add(input);
        foreach (var pid in (ReadOnlySpan<int>)[0, 1, 7, 42, 1000, -1, int.MaxValue]) Promise(names[pid].Length <= Math.Max(input.Length, 6), $"a task's name of {names[pid].Length} bytes");
        var statistics = new KernelStatistics();
        statistics.Add(System.Text.Encoding.UTF8.GetString(input));
        for (var cpu = 0; cpu < 4; cpu++) Promise(statistics.Lost("", cpu) >= 0, $"{statistics.Lost("", cpu)} events lost");
    }
}

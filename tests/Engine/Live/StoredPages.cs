using System.Buffers.Binary;
using KernelMagnifier.Traces.Live;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Engine.Tests.Live;

/// <summary>
/// The pages of a recording, served as a kernel serves them that is writing: time goes on with each wait, and a read returns a part
/// of a page with the records up to now. How far time goes on, and how much a read returns, is random.
/// </summary>
internal sealed class StoredPages : LivePages
{
    private readonly Cpu[] _cpus;
    private readonly Random _random;
    private readonly RingBufferPageLayout _layout;
    private readonly ulong _step, _slack;
    private ulong _now;

    private StoredPages(Cpu[] cpus, RingBufferPageLayout layout, int seed, int waits, ulong slack)
    {
        (_cpus, _layout, _random, _slack) = (cpus, layout, new Random(seed), slack);
        Cpus = [.. cpus.Select(cpu => cpu.Number)];
        var times = cpus.SelectMany(cpu => cpu.Parts).Select(part => part.Time).ToList();
        _now = times.Min();
        _step = Math.Max(1, (times.Max() - _now) / (ulong)waits);
    }

    public override IReadOnlyList<int> Cpus { get; }

    public override ulong Slack => _slack;

    /// <summary>How often the reader asked for the time.</summary>
    public int Marks { get; private set; }

    /// <summary>Opens a recording with one buffer.</summary>
    /// <param name="path">The recording.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="waits">About how many waits it takes to the end.</param>
    /// <param name="slack">How much later than its time stamp a record can become readable.</param>
    public static (StoredPages Pages, DatMetadata Metadata) Open(string path, int seed, int waits = 200, ulong slack = 0)
    {
        using var handle = File.OpenHandle(path);
        var file = new DatFile(handle, RandomAccess.GetLength(handle));
        var metadata = DatMetadata.Read(file, path);
        var buffer = metadata.Buffers[0];
        var cpus = buffer.Cpus.Where(cpu => cpu.Size > 0)
            .Select(cpu => new Cpu(cpu.Cpu, Pages(file, metadata, buffer, cpu), metadata.Page)).ToArray();
        return (new StoredPages(cpus, metadata.Page, seed, waits, slack), metadata);
    }

    public override bool TryRead(int cpu, Span<byte> page)
    {
        var at = _cpus[cpu];
        var (from, to) = (at.Next, at.Next);
        var most = _random.Next(1, 200);
        while (to < at.Parts.Count && at.Parts[to].Page == at.Parts[from].Page && to - from < most && IsReadable(at.Parts[to]))
            to++;
        if (to == from) return false;
        at.Next = to;
        Copy(at, from, to, page);
        return true;
    }

    public override ulong? Now(int cpu)
    {
        Marks++;
        return _now;
    }

    public override bool Wait(bool isIdle)
    {
        if (_cpus.All(cpu => cpu.Parts.Count == 0 || cpu.Parts[^1].Time + _slack < _now)) return false;
        _now += (ulong)(_random.NextDouble() * 2 * _step) + 1;
        return true;
    }

    public override long Lost(int cpu) => 0;

    public override void Dispose() { }

    /// <summary>A record is readable a while after its time, which is before the time at which it is promised to be.</summary>
    private bool IsReadable(in Part part) => part.Time + (_slack > 0 ? part.Time % _slack : 0) < _now || part.Time < _now - Math.Min(_now, _slack);

    /// <summary>Writes records of one page as a page of their own: it begins at the time of the record before them.</summary>
    private void Copy(Cpu cpu, int from, int to, Span<byte> into)
    {
        var (first, last) = (cpu.Parts[from], cpu.Parts[to - 1]);
        var page = cpu.Pages[first.Page];
        into.Clear();
        page.AsSpan(0, _layout.Data).CopyTo(into);
        if (first.IsWhole)
        {
            page.CopyTo(into);
            return;
        }
        var length = last.End - first.Start;
        page.AsSpan(first.Start, length).CopyTo(into[_layout.Data..]);
        var commit = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(_layout.Commit));
        var flags = commit & ~RingBufferPageLayout.LengthMask;
        var isFirst = from == 0 || cpu.Parts[from - 1].Page != first.Page;
        if (!isFirst)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(into[_layout.Timestamp..], cpu.Parts[from - 1].Time);
            flags = 0;
        }
        if ((flags & RingBufferPageLayout.MissedStored) != 0)
            page.AsSpan(_layout.Data + (int)(commit & RingBufferPageLayout.LengthMask), 8).CopyTo(into[(_layout.Data + length)..]);
        BinaryPrimitives.WriteUInt64LittleEndian(into[_layout.Commit..], flags | (uint)length);
    }

    private static List<byte[]> Pages(DatFile file, DatMetadata metadata, BufferInstance buffer, BufferInstance.CpuData cpu)
    {
        var stream = new CpuStream(file, metadata.Header, buffer, 0, cpu);
        var pages = new List<byte[]>();
        while (stream.TryNext(1 << 20, out var piece))
        {
            var bytes = new byte[piece.Length];
            file.Read(bytes, piece.Offset);
            if (!buffer.IsCompressed) Split(bytes);
            for (var at = 0; buffer.IsCompressed && bytes.Length - at > 8;)
            {
                var (packed, size) = ((int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)),
                    (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 4)));
                var chunk = new byte[size];
                DatCompression.Decompress(metadata.Header.Compression, bytes.AsSpan(at + 8, packed), chunk, 0);
                Split(chunk);
                at += 8 + packed;
            }
        }
        return pages;

        void Split(byte[] bytes) => pages.AddRange(bytes.Chunk(buffer.PageSize));
    }

    /// <summary>A record, or a page without any.</summary>
    private readonly record struct Part(int Page, int Start, int End, ulong Time, bool IsWhole);

    private sealed class Cpu
    {
        public unsafe Cpu(int number, List<byte[]> pages, RingBufferPageLayout layout)
        {
            (Number, Pages) = (number, pages);
            for (var i = 0; i < pages.Count; i++)
                fixed (byte* page = pages[i])
                {
                    var records = new Records { Page = page, PageNumber = i, Start = layout.Data, Parts = [] };
                    var result = RingBufferPageDecoder<LittleEndian>.Walk(page, pages[i].Length, pages[i].Length, layout, ref records);
                    // A page that is damaged or has no record is served whole.
                    if (result.HasRecords && result.BrokenAt < 0) Parts.AddRange(records.Parts);
                    else Parts.Add(new Part(i, 0, 0, BinaryPrimitives.ReadUInt64LittleEndian(pages[i].AsSpan(layout.Timestamp)), true));
                }
        }

        public int Number { get; }

        public List<byte[]> Pages { get; }

        public List<Part> Parts { get; } = [];

        public int Next { get; set; }
    }

    private unsafe struct Records : IRecordHandler
    {
        public byte* Page;
        public int PageNumber, Start;
        public List<Part> Parts;

        public void Record(ulong time, byte* body, int length)
        {
            var end = (int)(body - Page) + length;
            Parts.Add(new Part(PageNumber, Start, end, time, false));
            Start = end;
        }

        public readonly void Lost(long events) { }
    }
}

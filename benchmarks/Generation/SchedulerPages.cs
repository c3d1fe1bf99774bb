using System.Buffers.Binary;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>The ring buffer pages of one CPU, with records of any length, in a temporary file.</summary>
internal sealed class SchedulerPages : IDisposable
{
    private const int PageHead = 16;

    // A time_delta has 27 bits; a longer one would need a time extend.
    private const ulong LargestDelta = (1 << 27) - 1;

    private readonly string _path = Path.GetTempFileName();
    private readonly ByteWriter _writer;
    private readonly byte[] _page;
    private int _used = PageHead;
    private ulong _last;

    /// <summary>Creates the pages.</summary>
    public SchedulerPages(int pageSize)
    {
        _page = new byte[pageSize];
        _writer = new ByteWriter(_path);
    }

    /// <summary>The bytes of the pages so far.</summary>
    public long Length => _writer.Length + _used;

    /// <summary>Adds a record and returns its body, which the caller fills.</summary>
    public Span<byte> Add(ulong time, int length)
    {
        if (_used + 4 + length > _page.Length || (_used > PageHead && time - _last > LargestDelta)) EndPage();
        if (_used == PageHead) BinaryPrimitives.WriteUInt64LittleEndian(_page, _last = time);
        BinaryPrimitives.WriteUInt32LittleEndian(_page.AsSpan(_used), (uint)(length / 4) | ((uint)(time - _last) << 5));
        _last = time;
        _used += 4 + length;
        return _page.AsSpan(_used - length, length);
    }

    /// <summary>Copies all pages to a recording.</summary>
    public void CopyTo(ByteWriter recording)
    {
        EndPage();
        _writer.Dispose();
        using var pages = File.OpenRead(_path);
        for (int got; (got = pages.Read(_page)) > 0;) recording.Write(_page.AsSpan(0, got));
    }

    private void EndPage()
    {
        if (_used == PageHead) return;
        BinaryPrimitives.WriteUInt64LittleEndian(_page.AsSpan(8), (ulong)(_used - PageHead));
        _page.AsSpan(_used).Clear();
        _writer.Write(_page);
        _used = PageHead;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        File.Delete(_path);
    }
}

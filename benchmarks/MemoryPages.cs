using KernelMagnifier.Traces.Live;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Benchmarks;

/// <summary>The pages of a trace.dat in memory, served as those of a kernel that has stopped to write.</summary>
internal sealed class MemoryPages : LivePages
{
    private readonly byte[][] _bytes;
    private readonly int[] _at;
    private readonly int _pageSize;

    private MemoryPages(IReadOnlyList<int> cpus, byte[][] bytes, int pageSize)
        => (Cpus, _bytes, _at, _pageSize) = (cpus, bytes, new int[bytes.Length], pageSize);

    public override IReadOnlyList<int> Cpus { get; }

    public override ulong Slack => 0;

    /// <summary>Reads the pages of the first buffer.</summary>
    public static (MemoryPages Pages, DatMetadata Metadata) Load(string path)
    {
        using var handle = File.OpenHandle(path);
        var file = new DatFile(handle, RandomAccess.GetLength(handle));
        var metadata = DatMetadata.Read(file, path);
        var buffer = metadata.Buffers[0];
        if (buffer.IsCompressed) throw new InvalidDataException($"{path} is compressed.");
        var cpus = buffer.Cpus.Where(cpu => cpu.Size > 0).ToList();
        var bytes = cpus.ConvertAll(cpu =>
        {
            var all = new byte[cpu.Size / buffer.PageSize * buffer.PageSize];
            file.Read(all, cpu.Offset);
            return all;
        });
        return (new MemoryPages(cpus.ConvertAll(cpu => cpu.Cpu), [.. bytes], buffer.PageSize), metadata);
    }

    public override bool TryRead(int cpu, Span<byte> page)
    {
        if (_at[cpu] == _bytes[cpu].Length) return false;
        _bytes[cpu].AsSpan(_at[cpu], _pageSize).CopyTo(page);
        _at[cpu] += _pageSize;
        return true;
    }

    public override ulong? Now(int cpu) => long.MaxValue;

    public override bool Wait(bool isIdle) => !isIdle;

    public override long Lost(int cpu) => 0;

    public override void Dispose() { }
}

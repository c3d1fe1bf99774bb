using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>One buffer instance of the recording: its ring buffer, with the data of each CPU.</summary>
/// <param name="Name">The name of the instance; empty for the top-level buffer.</param>
/// <param name="Clock">Its trace clock; null when the file does not name it.</param>
/// <param name="PageSize">The size of a ring buffer page (sub-buffer) in bytes.</param>
/// <param name="IsCompressed">Whether the pages are in compressed chunks.</param>
/// <param name="Cpus">Where in the file the data of each CPU are.</param>
internal sealed record BufferInstance(
    string Name, string? Clock, int PageSize, bool IsCompressed, IReadOnlyList<BufferInstance.CpuData> Cpus)
{
    /// <summary>The buffer's name in messages.</summary>
    public string Title => Name.Length == 0 ? "the top-level buffer" : $"buffer {Name}";

    /// <summary>Where in the file the data of one CPU are.</summary>
    /// <param name="Cpu">The CPU number.</param>
    /// <param name="Offset">Offset in the file in bytes.</param>
    /// <param name="Size">Size in bytes.</param>
    internal readonly record struct CpuData(int Cpu, long Offset, long Size) : IHashed
    {
        /// <summary>Reads offset and size.</summary>
        /// <exception cref="DatDamage">They cannot be inside any file.</exception>
        public static CpuData Read(int cpu, DatCursor cursor)
        {
            var (offset, size) = (cursor.UInt64(), cursor.UInt64());
            if (offset > long.MaxValue / 2 || size > long.MaxValue / 2)
                throw new DatDamage($"the data of CPU {cpu} are outside the file", cursor.Offset);
            return new CpuData(cpu, (long)offset, (long)size);
        }

        /// <inheritdoc/>
        public ulong Hash(in SeededHash with) => with.Of(with.Of((ulong)Offset, (ulong)Size), (ulong)Cpu);
    }
}

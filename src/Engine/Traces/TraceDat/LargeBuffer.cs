using KernelMagnifier.Native;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Buffers of a section of the file.</summary>
internal static class LargeBuffer
{
    private const int Large = 85_000;
    private const int Huge = MemoryCalls.HugePage / 4;

    /// <summary>
    /// Returns a buffer whose content is undefined. The collector does not move a large one: it would copy megabytes of symbols.
    /// Those of 512 KB or more are in huge pages: one page fault instead of up to 512.
    /// </summary>
    public static Memory<byte> Allocate(int size)
    {
        if (size < Huge) return GC.AllocateUninitializedArray<byte>(size, pinned: size >= Large);
        var pages = (int)(((long)size + MemoryCalls.HugePage - 1) / MemoryCalls.HugePage);
        // A part of a page at either end stays unused, so that the buffer is aligned. Unused memory has no pages.
        var array = GC.AllocateUninitializedArray<byte>(checked((pages + 1) * MemoryCalls.HugePage), pinned: true);
        var start = Alignment(array);
        MemoryCalls.RequestHugePages(array.AsSpan(start, pages * MemoryCalls.HugePage));
        return array.AsMemory(start, size);
    }

    private static unsafe int Alignment(byte[] pinned)
    {
        fixed (byte* start = pinned) return (int)(-(nint)start & (MemoryCalls.HugePage - 1));
    }
}

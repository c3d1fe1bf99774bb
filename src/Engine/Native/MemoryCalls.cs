using System.Runtime.InteropServices;

namespace KernelMagnifier.Native;

/// <summary>Calls for memory that .NET does not wrap.</summary>
internal static unsafe partial class MemoryCalls
{
    /// <summary>The size and alignment of a huge page of x86-64, and of arm64 with pages of 4 KB.</summary>
    public const int HugePage = 2 << 20;

    private const int AdviceHugePages = 14; // MADV_HUGEPAGE

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);

    /// <summary>
    /// Asks for huge pages in memory that is not used yet. It is a request: a kernel without them, or without free ones, uses
    /// small pages.
    /// </summary>
    /// <param name="memory">The memory; huge pages fit where it covers <see cref="HugePage"/> aligned bytes.</param>
    public static void RequestHugePages(Span<byte> memory)
    {
        fixed (byte* start = memory) _ = Advise(start, (nuint)memory.Length, AdviceHugePages);
    }
}

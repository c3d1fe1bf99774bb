namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Buffers of a section of the file.</summary>
internal static class LargeBuffer
{
    private const int Large = 85_000;

    /// <summary>
    /// Returns a buffer whose content is undefined. The collector does not move a large one: it would copy megabytes of symbols.
    /// </summary>
    public static byte[] Allocate(int size) => GC.AllocateUninitializedArray<byte>(size, pinned: size >= Large);
}

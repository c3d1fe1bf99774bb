using System.Runtime.InteropServices;

namespace KernelMagnifier.Files;

/// <summary>Standard input, for recordings that are piped in.</summary>
internal static partial class StandardInput
{
    /// <summary><c>F_SETPIPE_SZ</c>.</summary>
    private const int SetPipeSize = 1031;

    /// <summary>
    /// Opens standard input. Enlarges a pipe to the size of a block of lines (<c>F_SETPIPE_SZ</c> in fcntl(2)): with the
    /// default of 64 KB, writer and reader run in turns. Fails silently for anything else than a pipe.
    /// </summary>
    public static Stream Open()
    {
        _ = FileControl(0, SetPipeSize, LineBlocks.Size);
        return Console.OpenStandardInput();
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(int file, int command, nint argument);
}

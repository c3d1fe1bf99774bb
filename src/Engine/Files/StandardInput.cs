using System.Runtime.InteropServices;

namespace KernelMagnifier.Files;

/// <summary>Standard input, for recordings that are piped in.</summary>
public static partial class StandardInput
{
    private const int SetPipeSize = 1031;

    /// <summary>
    /// Opens it. A pipe is told to hold as much as a block of lines (<c>F_SETPIPE_SZ</c> of fcntl(2)): with the 64 KB it holds by itself,
    /// who writes and who reads take turns. What is no pipe stays as it is.
    /// </summary>
    public static Stream Open()
    {
        _ = FileControl(0, SetPipeSize, LineBlocks.Size);
        return Console.OpenStandardInput();
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(int file, int command, nint argument);
}

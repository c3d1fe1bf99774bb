using KernelMagnifier.Native;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>Opens files for reading. Unlike <see cref="File.OpenHandle"/>, it never waits for the writer of a FIFO.</summary>
internal static class InputHandle
{
    /// <summary>Opens a file. Its reads wait; those of a FIFO or a terminal do not, and need a <see cref="PipeStream"/>.</summary>
    /// <exception cref="IOException">The file does not exist or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The permissions of the file do not allow it to be read.</exception>
    public static SafeFileHandle Open(string path)
    {
        if (path.Length == 0) throw new FileNotFoundException("the path is empty");
        if (path.Contains('\0', StringComparison.Ordinal)) throw new FileNotFoundException("the path contains a NUL character");
        var file = FileCalls.Open(Path.GetFullPath(path), FileCalls.ReadOnly | FileCalls.NonBlocking | FileCalls.NoTerminal);
        if (file < 0) throw Errno.ToOpenException(-file);
        // .NET takes a file that does not wait for one that is read asynchronously.
        if (FileCalls.Seek(file, 0, FileCalls.FromCurrent) >= 0) FileCalls.MakeBlocking(file);
        return new SafeFileHandle(file, ownsHandle: true);
    }

    /// <summary>Opens a regular file, which can be read at any offset. Anything else is not even opened.</summary>
    /// <exception cref="NotRegularException">It is something else.</exception>
    /// <exception cref="IOException">It does not exist or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The permissions of the file do not allow it to be read.</exception>
    public static SafeFileHandle OpenRegular(string path)
    {
        // Opening a FIFO and closing it again would end its writer.
        if (path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal)
            && Ownership.Following(Path.GetFullPath(path)) is { IsFile: false }) throw new NotRegularException();
        var file = Open(path);
        if (Ownership.Of((int)file.DangerousGetHandle()) is { IsFile: true }) return file;
        file.Dispose();
        throw new NotRegularException();
    }
}

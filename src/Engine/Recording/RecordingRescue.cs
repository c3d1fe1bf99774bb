using KernelMagnifier.Files;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Saves a recording whose files were deleted while it was made, for example with their directory. The data exist as long as the
/// recorder has them open.
/// </summary>
internal static class RecordingRescue
{
    private const int Piece = 8 << 20;

    /// <summary>Added to a name that the next recorder would take for that of a journal.</summary>
    private const string Extension = ".recording";

    /// <summary>
    /// Copies a complete file to the requested path, if that directory exists, otherwise beside the journal, in a directory that
    /// only this user can write to.
    /// </summary>
    /// <param name="file">The descriptor of the file.</param>
    /// <param name="output">The requested path.</param>
    /// <param name="stateDirectory">The directory of the journal.</param>
    /// <param name="mode">The permissions of the copy.</param>
    /// <returns>The path of the copy.</returns>
    /// <exception cref="IOException">There is no place for the file, so it is lost.</exception>
    public static string Save(int file, string output, string stateDirectory, int mode)
    {
        IOException? failure = null;
        var name = Path.GetFileName(output);
        if (Journal.IsNameOfJournal(name)) name += Extension;
        foreach (var path in (string[])[output, Path.Combine(stateDirectory, name)])
        {
            try
            {
                return Copy(file, FileRecovery.FreeName(path), mode);
            }
            catch (Exception e) when (e is IOException or KernelMagnifierException)
            {
                // The reason of the last place is reported: that of the first is known.
                failure = e as IOException ?? new IOException((e as KernelMagnifierException)!.Cause, e);
            }
        }
        throw failure!;
    }

    private static string Copy(int from, string path, int mode)
    {
        using var place = OutputPlace.Open(path);
        var name = place.NameOf("saved");
        var to = place.Create(name);
        try
        {
            CopyBytes(from, to);
            _ = FileCalls.ChangeMode(to, (uint)mode);
            if (FileCalls.SyncData(to) != 0) throw Errno.ToException(Errno.Last);
            place.Publish(name);
            return place.Path;
        }
        catch
        {
            place.Delete(name);
            throw;
        }
        finally
        {
            _ = FileCalls.Close(to);
        }
    }

    private static unsafe void CopyBytes(int from, int to)
    {
        var end = FileCalls.Seek(from, 0, FileCalls.FromEnd);
        for (long done = 0; done < end;)
        {
            var n = FileCalls.SendFile(to, from, &done, (nuint)Math.Min(Piece, end - done));
            if (n < 0 && Errno.Last == Errno.Interrupted) continue;
            if (n < 0) throw Errno.ToException(Errno.Last);
            if (n == 0) throw new IOException("the recording is shorter than it was");
        }
    }
}

using KernelMagnifier.Files;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The file, readable at any offset from any thread. It is read, not memory-mapped: if a mapped file shrinks, the process is
/// killed.
/// </summary>
internal sealed class DatFile(SafeFileHandle handle, long length)
{
    private readonly GapReader _reader = new(handle);

    /// <summary>The length in bytes when the file was opened.</summary>
    public long Length { get; } = length;

    /// <summary>
    /// Reads at an offset. Returns fewer bytes than requested only where the file ends or cannot be read further.
    /// </summary>
    public int Read(Span<byte> into, long at)
    {
        var done = 0;
        try
        {
            while (done < into.Length)
            {
                var n = RandomAccess.Read(handle, into[done..], at + done);
                if (n == 0) break;
                done += n;
            }
        }
        catch (IOException)
        {
            // A bad sector ends what can be read here; the caller reports the offset.
        }
        return done;
    }

    /// <summary>Reads at an offset and fills unreadable ranges with zeros; see <see cref="Unreadable"/>.</summary>
    /// <param name="into">The destination.</param>
    /// <param name="at">The offset in the file.</param>
    /// <param name="hasGaps">Whether a range could not be read.</param>
    /// <returns>The number of bytes; fewer than requested only where the file ends.</returns>
    public int ReadOver(Span<byte> into, long at, out bool hasGaps)
    {
        List<(int From, int To)>? gaps = null;
        var done = _reader.Read(into, at, ref gaps);
        hasGaps = gaps is not null;
        return done;
    }

    /// <summary>
    /// A warning about the ranges that <see cref="ReadOver"/> could not read; null when it could read everything.
    /// </summary>
    public string? Unreadable => _reader.Unreadable;
}

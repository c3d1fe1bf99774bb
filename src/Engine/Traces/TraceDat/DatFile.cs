using KernelMagnifier.Files;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The file, read at any place from any thread. It is read, not mapped: a mapped file that shrinks kills the process.
/// </summary>
internal sealed class DatFile(SafeFileHandle handle, long length)
{
    private readonly GapReader _reader = new(handle);

    /// <summary>Bytes of the file when it was opened.</summary>
    public long Length { get; } = length;

    /// <summary>Reads at a place; returns fewer bytes than asked only where the file ends or cannot be read further.</summary>
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
            // A bad sector ends what can be read here; the caller says where.
        }
        return done;
    }

    /// <summary>Reads at a place, over what cannot be read: that is given as zeros, see <see cref="Unreadable"/>.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="at">From where.</param>
    /// <param name="hasGaps">Whether something could not be read.</param>
    /// <returns>Bytes that are there; fewer than asked only where the file ends.</returns>
    public int ReadOver(Span<byte> into, long at, out bool hasGaps)
    {
        List<(int From, int To)>? gaps = null;
        var done = _reader.Read(into, at, ref gaps);
        hasGaps = gaps is not null;
        return done;
    }

    /// <summary>What <see cref="ReadOver"/> could not read, for the user; null when it could read everything.</summary>
    public string? Unreadable => _reader.Unreadable;
}

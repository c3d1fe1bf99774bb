using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The file, read at any place from any thread. It is read, not mapped: a mapped file that shrinks kills the process.
/// </summary>
internal sealed class DatFile(SafeFileHandle handle, long length)
{
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
}

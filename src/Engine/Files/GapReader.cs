using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>
/// Reads a file at any position, from any thread, and continues after ranges that cannot be read (a bad sector, a lost server).
/// It fills those with zeros and reports them once.
/// </summary>
internal sealed class GapReader(SafeFileHandle file)
{
    // A disk reads a sector as a whole or not at all.
    private const int Sector = 4096;

    // A disk can try for seconds to read a bad sector. After this many failures, a further failure ends the read of the whole
    // buffer.
    private const int MaxFailures = 256;

    private readonly Lock _gate = new();

    // Missing bytes of each sector, counted once however often it is read.
    private readonly Dictionary<long, long> _missing = [];
    private long _first = -1;
    private int _failures;
    private string _reason = "";

    /// <summary>What could not be read, as a message for the user; null if everything could.</summary>
    public string? Unreadable
    {
        get
        {
            lock (_gate)
            {
                return _first < 0 ? null
                    : $"{_missing.Values.Sum()} bytes of the file cannot be read ({_reason}), the first of them at byte {_first}; "
                    + "their content is missing";
            }
        }
    }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <param name="into">The buffer.</param>
    /// <param name="at">Position in the file.</param>
    /// <param name="gaps">Takes the ranges of <paramref name="into"/> that could not be read; unchanged if there is none.</param>
    /// <returns>Bytes in the buffer, including gaps; fewer than its length only at the end of the file.</returns>
    public int Read(Span<byte> into, long at, ref List<(int From, int To)>? gaps)
    {
        var done = 0;
        while (done < into.Length)
        {
            try
            {
                var n = RandomAccess.Read(file, into[done..], at + done);
                if (n == 0) break;
                done += n;
            }
            catch (IOException error)
            {
                var to = (int)Math.Min(into.Length, ((at + done) / Sector + 1) * Sector - at);
                lock (_gate)
                {
                    if (++_failures > MaxFailures) to = into.Length;
                    if (_first < 0 || at + done < _first) (_first, _reason) = (at + done, error.Message);
                    var sector = (at + done) / Sector;
                    _missing[sector] = Math.Max(to - done, _missing.GetValueOrDefault(sector));
                }
                into[done..to].Clear();
                (gaps ??= []).Add((done, to));
                done = to;
            }
        }
        return done;
    }
}

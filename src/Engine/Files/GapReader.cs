using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>
/// Reads a file at any place from any thread and goes on behind places that cannot be read (a bad sector, a server that is gone):
/// they are given as zeros and told once.
/// </summary>
internal sealed class GapReader(SafeFileHandle file)
{
    // What a disk reads at once, or not at all.
    private const int Sector = 4096;

    // Each try at a bad place may take a disk seconds: after so many, what is left of the piece asked for is given up.
    private const int MostTries = 256;

    private readonly Lock _gate = new();

    // How much of each sector is missing, counted once however often it is read.
    private readonly Dictionary<long, long> _missing = [];
    private long _first = -1;
    private int _tries;
    private string _why = "";

    /// <summary>What could not be read, for the user; null when all could.</summary>
    public string? Unreadable
    {
        get
        {
            lock (_gate) return _first < 0 ? null : $"{_missing.Values.Sum()} bytes of the file cannot be read ({_why}), the first of them at byte {_first}; what stands there is missing";
        }
    }

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="at">From where.</param>
    /// <param name="gaps">Takes the ranges of <paramref name="into"/> that could not be read; stays null when there is none.</param>
    /// <returns>Bytes that are there, gaps among them; fewer than asked only where the file ends.</returns>
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
                    if (++_tries > MostTries) to = into.Length;
                    if (_first < 0 || at + done < _first) (_first, _why) = (at + done, error.Message);
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

using System.Text;
using KernelMagnifier.Native;

namespace KernelMagnifier.Logs.Spooling;

/// <summary>
/// The records that wait for one target, each in a file of its own, so that whatever ends the process leaves whole records.
/// Several processes may use it at once: one of them sends (<see cref="TrySend"/>), while others add.
/// </summary>
/// <remarks>
/// Beyond its size the oldest records are replaced by one that says how many they were. Its file is written first, and its name
/// says which records it replaces. Whoever opens the spool next deletes what a process could not delete before it was killed, so
/// no record is both counted as dropped and sent.
/// </remarks>
internal sealed class Spool : IDisposable
{
    /// <summary>The longest record.</summary>
    public const int LongestRecord = 8 << 20;

    private const string LockFile = "lock", SendLock = "sending.lock", TargetFile = "target", StateFile = "state";
    private const string Damaged = "damaged-";
    private const int BlockSize = 4096, MostDamaged = 16;

    private readonly SpoolDirectory _directory;
    private readonly long _size;
    private readonly Func<IReadOnlyList<byte[]>, byte[]> _combine;

    private Spool(SpoolDirectory directory, long size, Func<IReadOnlyList<byte[]>, byte[]> combine)
        => (_directory, _size, _combine) = (directory, size, combine);

    /// <summary>The directory.</summary>
    public string Path => _directory.Path;

    /// <summary>Opens the spool of a target, and creates it if it does not exist.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="target">The text of the target.</param>
    /// <param name="size">The most bytes of disk space.</param>
    /// <param name="combine">Makes one record of those that are dropped, which says how many they were.</param>
    /// <exception cref="IOException">It cannot be used; the message says why.</exception>
    public static Spool Open(string path, string target, long size, Func<IReadOnlyList<byte[]>, byte[]> combine)
    {
        var spool = new Spool(SpoolDirectory.Open(path), size, combine);
        try
        {
            using (spool.Lock())
            {
                spool.Recover();
                if (spool._directory.Read(TargetFile, 1) is null)
                    spool._directory.Write(TargetFile, Encoding.UTF8.GetBytes(target));
            }
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <summary>The text of the target that a directory is the spool of; null if it is none.</summary>
    public static string? TargetOf(string path)
    {
        try
        {
            using var directory = SpoolDirectory.Open(path);
            return directory.Read(TargetFile, BlockSize) is { Length: > 0 } text ? Encoding.UTF8.GetString(text) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The records that wait, in order.</summary>
    public IReadOnlyList<SpoolEntry> Entries()
    {
        var entries = new List<SpoolEntry>();
        foreach (var (name, length) in _directory.Files())
            if (SpoolEntry.TryParse(name, SpaceOf(length), out var entry))
                entries.Add(entry);
        entries.Sort((a, b) => a.First.CompareTo(b.First));
        return entries;
    }

    /// <summary>Adds a record behind the others. It is on the disk when the method returns.</summary>
    /// <returns>The number of records that were dropped for it.</returns>
    /// <exception cref="IOException">There is no room for it. Nothing has changed.</exception>
    public int Add(ReadOnlySpan<byte> line)
    {
        var space = SpaceOf(line.Length);
        if (line.Length > LongestRecord || space + BlockSize > _size) throw new IOException("it is larger than the spool may be");
        using var locked = Lock();
        var entries = Entries();
        _directory.Write(new SpoolEntry(Next(entries), Next(entries), IsDrop: false, space).Name, line);
        return DropOldest(entries, space);
    }

    /// <summary>Reads a record; null if it was dropped meanwhile.</summary>
    public byte[]? Read(SpoolEntry entry) => _directory.Read(entry.Name, LongestRecord + 1);

    /// <summary>Removes a record that the target has, for good.</summary>
    /// <exception cref="IOException">It cannot be removed, so it would be sent again.</exception>
    public void Remove(SpoolEntry entry)
    {
        _directory.Delete(entry.Name);
        _directory.Sync();
    }

    /// <summary>Sets a file aside that is no record, so that the records behind it are sent.</summary>
    /// <returns>Its new path.</returns>
    public string SetAside(SpoolEntry entry)
    {
        using var locked = Lock();
        _directory.Rename(entry.Name, Damaged + entry.Name);
        foreach (var name in _directory.Files().Select(file => file.Name).Where(IsDamaged).Order(StringComparer.Ordinal)
            .SkipLast(MostDamaged).ToList())
            _directory.Delete(name);
        return System.IO.Path.Combine(Path, Damaged + entry.Name);
    }

    /// <summary>Reads what a sink has kept for itself; null if there is nothing.</summary>
    public byte[]? ReadState() => _directory.Read(StateFile, LongestRecord);

    /// <summary>Keeps something for a sink.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WriteState(byte[] state)
    {
        using var locked = Lock();
        _directory.Write(StateFile, state);
    }

    /// <summary>Sets aside what a sink has kept, because it is damaged.</summary>
    /// <returns>Its new path.</returns>
    public string LoseState()
    {
        _directory.Rename(StateFile, Damaged + StateFile);
        return System.IO.Path.Combine(Path, Damaged + StateFile);
    }

    /// <summary>Takes the right to send, which one process has at a time; null if another one has it.</summary>
    public HeldLock? TrySend() => TryLock(SendLock);

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();

    private static bool IsDamaged(string name) => name.StartsWith(Damaged, StringComparison.Ordinal);

    private static long SpaceOf(long length) => (length + BlockSize - 1) / BlockSize * BlockSize;

    private static long Next(IReadOnlyList<SpoolEntry> entries) => entries.Count == 0 ? 1 : entries[^1].Last + 1;

    private HeldLock Lock()
    {
        var file = _directory.OpenLock(LockFile);
        if (FileCalls.WaitForLock(file) is not (< 0 and var error)) return new HeldLock(file);
        _ = FileCalls.Close(file);
        throw Errno.ToException(-error);
    }

    private HeldLock? TryLock(string name)
    {
        var file = _directory.OpenLock(name);
        if (FileCalls.TryLock(file)) return new HeldLock(file);
        _ = FileCalls.Close(file);
        return null;
    }

    /// <summary>Deletes the records that are counted as dropped already.</summary>
    private void Recover()
    {
        var entries = Entries();
        foreach (var entry in entries)
            foreach (var other in entries)
                if (other.Replaces(entry))
                    _directory.Delete(entry.Name);
    }

    /// <summary>Makes room: replaces the oldest records by one that says how many they were.</summary>
    private int DropOldest(IReadOnlyList<SpoolEntry> entries, long added)
    {
        var used = added + entries.Sum(entry => entry.Size);
        if (used <= _size) return 0;
        // The record that another process sends just now may arrive, so it is not dropped.
        using var sending = TrySend();
        var victims = new List<SpoolEntry>();
        foreach (var entry in entries.Skip(sending is null ? 1 : 0))
        {
            // The record of what was dropped takes room itself.
            if (used + BlockSize <= _size && victims.Exists(victim => !victim.IsDrop)) break;
            victims.Add(entry);
            used -= entry.Size;
        }
        if (!victims.Exists(victim => !victim.IsDrop)) return 0;
        var lines = victims.Select(entry => Read(entry) ?? []).ToList();
        _directory.Write(new SpoolEntry(victims[0].First, victims[^1].Last, IsDrop: true, BlockSize).Name, _combine(lines));
        foreach (var entry in victims) _directory.Delete(entry.Name);
        _directory.Sync();
        return victims.Count(entry => !entry.IsDrop);
    }
}

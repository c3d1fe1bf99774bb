using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>
/// The keys of intervals by id, and the names of tasks by pid, of one recording. A task is known by its pid; its name is the last
/// one that the body of an event gave it, else the one of the first event that it recorded.
/// </summary>
internal sealed class LatencyNames
{
    // A damaged file can name any number of keys and tasks. Further ones are counted together.
    private const int MostKeys = 65_536;
    private const int MostTasks = 1 << 18;
    private const int LongestKey = 512;

    private readonly ByteInterner _ids = new();
    private readonly List<string> _keys = [""];
    private readonly NumberTable<byte[]> _tasks = new();
    private int _others;

    /// <summary>The number of keys, whose ids are 1 to this number.</summary>
    public int Count => _keys.Count - 1;

    /// <summary>The id of a key.</summary>
    public int Key(ReadOnlySpan<byte> key)
    {
        if (key.Length > LongestKey) key = key[..LongestKey];
        var id = _ids.Find(key);
        if (id != 0) return id;
        if (_keys.Count > MostKeys) return _others != 0 ? _others : _others = Add("(more keys)");
        return _ids.GetOrAdd(key, bytes => Add(NameText.Decode(bytes)));
    }

    /// <summary>The key of an id; an empty text for 0. Untrusted text.</summary>
    public string Key(int id) => _keys[id];

    /// <summary>Sets the name of a task, as the body of an event names it.</summary>
    public void Name(int processId, ReadOnlySpan<byte> comm)
    {
        ref var name = ref _tasks.GetOrAdd((uint)processId, out var known);
        if (!known || !comm.SequenceEqual(name)) name = comm.ToArray();
    }

    /// <summary>Sets the name of a task unless it has one.</summary>
    public void NameIfUnknown(int processId, ReadOnlySpan<byte> comm)
    {
        if (_tasks.Count >= MostTasks) return;
        ref var name = ref _tasks.GetOrAdd((uint)processId, out var known);
        if (!known) name = comm.ToArray();
    }

    /// <summary>The name of a task; null if no event names it. Untrusted text.</summary>
    public string? Comm(int processId)
        => processId >= 0 && _tasks.TryGetValue((uint)processId, out var name) && name is not null ? NameText.Decode(name) : null;

    /// <summary>
    /// The bytes of the name of a task; null if no event names it. As long as the name does not change, the same array.
    /// </summary>
    public byte[]? CommBytes(int processId) => processId >= 0 && _tasks.TryGetValue((uint)processId, out var name) ? name : null;

    private int Add(string key)
    {
        _keys.Add(key);
        return _keys.Count - 1;
    }
}

using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>The buffer instances and files that a report names, for all threads. Index 0 is the one without a name.</summary>
internal sealed class ReportInstances
{
    /// <summary>Further names share the last index: the names come from the recording, so their number is limited.</summary>
    public const int MaxCount = 256;

    private readonly ByteInterner _indices = new();
    private readonly List<string> _names = [];

    /// <summary>The names in order of their first appearance to any thread.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_names) return [.. _names];
        }
    }

    /// <summary>The index of a name.</summary>
    public int IndexOf(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty) return 0;
        var index = _indices.Find(name);
        if (index != 0) return index;
        return _indices.Count >= MaxCount - 1 ? MaxCount - 1 : Math.Min(_indices.GetOrAdd(name, Add), MaxCount - 1);
    }

    private int Add(byte[] name)
    {
        lock (_names)
        {
            _names.Add(NameText.Decode(name));
            return _names.Count;
        }
    }
}

using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// Converts the names of event kinds to strings without allocating one for each event. One instance per thread.
/// </summary>
internal sealed class EventKindNames
{
    private const int LongestName = 100;

    // Names come from the recording, so their number is limited; further ones are converted each time.
    private const int MaxNames = 10_000;

    private const int Recent = 64;

    private readonly HashSet<string> _names = [];
    private readonly (byte[]? Name, string Prefix, string Text)[] _recent = new (byte[]?, string, string)[Recent];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public EventKindNames() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The name as a string, cut to 100 bytes.</summary>
    public string Get(ReadOnlySpan<byte> name) => Get(default, name);

    /// <summary>The name with a prefix as a string; the name is cut to 100 bytes.</summary>
    public string Get(ReadOnlySpan<char> prefix, ReadOnlySpan<byte> name)
    {
        name = name[..Math.Min(name.Length, LongestName)];
        ref var recent = ref _recent[Slot(name)];
        if (recent.Name is not null && name.SequenceEqual(recent.Name) && prefix.SequenceEqual(recent.Prefix)) return recent.Text;
        var text = Find(prefix, name);
        recent = (name.ToArray(), prefix.ToString(), text);
        return text;
    }

    private static int Slot(ReadOnlySpan<byte> name)
        => name.IsEmpty ? 0 : (name.Length + (name[^1] * 3) + (name[name.Length / 2] * 5)) & (Recent - 1);

    private string Find(ReadOnlySpan<char> prefix, ReadOnlySpan<byte> name)
    {
        if (!NameText.IsPlain(name)) return string.Concat(prefix, NameText.Decode(name));
        Span<char> text = stackalloc char[prefix.Length + name.Length];
        prefix.CopyTo(text);
        text = text[..(prefix.Length + Encoding.UTF8.GetChars(name, text[prefix.Length..]))];
        if (_lookup.TryGetValue(text, out var known)) return known;
        var added = text.ToString();
        if (_names.Count < MaxNames) _names.Add(added);
        return added;
    }
}

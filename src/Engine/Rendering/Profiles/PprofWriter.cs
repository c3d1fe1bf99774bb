using System.IO.Compression;
using System.Runtime.InteropServices;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes a profile for pprof: the message Profile of pprof's <c>proto/profile.proto</c>, compressed with gzip. Each sample is a
/// stack with its number of calls and, if known, the self time of its innermost function in nanoseconds. The task is the label
/// <c>task</c>, which <c>pprof -tagroot=task</c> shows as a frame.
/// </summary>
internal sealed class PprofWriter
{
    // Fields of Profile.
    private const int SampleType = 1, Sample = 2, Location = 4, Function = 5, StringTable = 6, DurationNanos = 10, Comment = 13,
        DefaultSampleType = 14;

    private readonly StackProfile _profile;
    private readonly Stream _output;
    private readonly Dictionary<string, int> _strings = new() { [""] = 0 };
    private readonly ProtoWriter _to = new(), _message = new(), _inner = new();

    private PprofWriter(StackProfile profile, Stream output) => (_profile, _output) = (profile, output);

    /// <summary>Writes the profile.</summary>
    /// <param name="profile">The stacks.</param>
    /// <param name="marks">The notes about the limits of the profile.</param>
    /// <param name="byTime">Whether pprof shows times unless it is asked for calls.</param>
    /// <param name="output">The stream. It is not closed.</param>
    public static void Write(StackProfile profile, IEnumerable<string> marks, bool byTime, Stream output)
    {
        using var compressed = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        new PprofWriter(profile, compressed).WriteAll(marks, byTime);
    }

    private void WriteAll(IEnumerable<string> marks, bool byTime)
    {
        WriteType("calls", "count");
        if (_profile.HasTime) WriteType("time", "nanoseconds");
        WriteSamples();
        for (var i = 0; i < _profile.Frames.Count; i++)
            if (!_profile.Frames[i].IsTask)
                WriteFunction(i + 1, _profile.Frames[i]);
        foreach (var mark in marks) _to.Number(Comment, Text(mark));
        if (_profile.Sources is [{ Info.Duration: { } seconds }]) _to.Number(DurationNanos, (long)(seconds * 1e9));
        _to.Number(DefaultSampleType, Text(byTime ? "time" : "calls"));
        foreach (var text in _strings.Keys)
        {
            _to.Text(StringTable, text);
            _to.FlushTo(_output);
        }
    }

    /// <summary>The index of a text in the string table.</summary>
    private long Text(string text)
    {
        if (!_strings.TryGetValue(text, out var number)) _strings.Add(text, number = _strings.Count);
        return number;
    }

    private void WriteType(string type, string unit)
    {
        _message.Number(1, Text(type));
        _message.Number(2, Text(unit));
        Flush(SampleType);
    }

    private void WriteSamples()
    {
        var path = new List<int>();
        var stack = new List<long>();
        var values = new long[_profile.HasTime ? 2 : 1];
        for (var i = 1; i < _profile.Nodes.Count; i++)
        {
            var node = _profile.Nodes[i];
            if (node.Calls == 0 && node.Self == 0) continue;
            _profile.Path(i, path);
            stack.Clear();
            // pprof takes the innermost frame first, and the task is not a frame. Ids of locations start at 1.
            for (var f = path.Count - 1; f > 0; f--) stack.Add(path[f] + 1);
            values[0] = node.Calls;
            if (values.Length > 1) values[1] = node.Self;
            _message.Numbers(1, CollectionsMarshal.AsSpan(stack));
            _message.Numbers(2, values);
            _inner.Number(1, Text("task"));
            _inner.Number(2, Text(_profile.Frames[path[0]].Name));
            _message.Message(3, _inner);
            _inner.Clear();
            Flush(Sample);
        }
    }

    /// <summary>Writes a function and its location, which have the same id.</summary>
    private void WriteFunction(int id, ProfileFrame frame)
    {
        _message.Number(1, id);
        _inner.Number(1, id);
        _inner.Number(2, frame.Line ?? 0);
        _message.Message(4, _inner);
        _inner.Clear();
        Flush(Location);
        _message.Number(1, id);
        _message.Number(2, Text(frame.Name));
        _message.Number(3, Text(frame.Name));
        _message.Number(4, Text(frame.File ?? ""));
        _message.Number(5, frame.Line ?? 0);
        Flush(Function);
    }

    private void Flush(int field)
    {
        _to.Message(field, _message);
        _message.Clear();
        _to.FlushTo(_output);
    }
}

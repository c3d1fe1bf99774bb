using System.IO.Compression;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// A profile for pprof: gzip over the message Profile of pprof's <c>proto/profile.proto</c>. Each sample is a stack with the number of calls and,
/// where known, the nanoseconds in the innermost function itself; its task is the label <c>task</c> (<c>pprof -tagroot=task</c> shows it as a frame).
/// </summary>
internal static class PprofWriter
{
    // Fields of Profile.
    private const int SampleType = 1, Sample = 2, Location = 4, Function = 5, StringTable = 6, DurationNanos = 10, Comment = 13, DefaultSampleType = 14;

    public static void Write(StackProfile profile, IEnumerable<string> marks, bool byTime, Stream output)
    {
        var strings = new Dictionary<string, int> { [""] = 0 };
        long Text(string text)
        {
            if (!strings.TryGetValue(text, out var number)) strings.Add(text, number = strings.Count);
            return number;
        }
        using var packed = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        var to = new ProtoWriter();
        var message = new ProtoWriter();
        var inner = new ProtoWriter();
        void Flush(int field)
        {
            to.Message(field, message);
            message.Clear();
            to.FlushTo(packed);
        }
        void Type(string type, string unit)
        {
            message.Number(1, Text(type));
            message.Number(2, Text(unit));
            Flush(SampleType);
        }
        Type("calls", "count");
        if (profile.HasTime) Type("time", "nanoseconds");

        var path = new List<int>();
        var stack = new List<long>();
        var values = new long[profile.HasTime ? 2 : 1];
        for (var i = 1; i < profile.Nodes.Count; i++)
        {
            var node = profile.Nodes[i];
            if (node.Calls == 0 && node.Self == 0) continue;
            profile.Path(i, path);
            stack.Clear();
            // The innermost comes first, and the task is no frame. Numbers of locations begin at 1.
            for (var f = path.Count - 1; f > 0; f--) stack.Add(path[f] + 1);
            values[0] = node.Calls;
            if (values.Length > 1) values[1] = node.Self;
            message.Numbers(1, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(stack));
            message.Numbers(2, values);
            inner.Number(1, Text("task"));
            inner.Number(2, Text(profile.Frames[path[0]].Name));
            message.Message(3, inner);
            inner.Clear();
            Flush(Sample);
        }
        for (var i = 0; i < profile.Frames.Count; i++)
        {
            var frame = profile.Frames[i];
            if (frame.IsTask) continue;
            message.Number(1, i + 1);
            inner.Number(1, i + 1);
            inner.Number(2, frame.Line ?? 0);
            message.Message(4, inner);
            inner.Clear();
            Flush(Location);
            message.Number(1, i + 1);
            message.Number(2, Text(frame.Name));
            message.Number(3, Text(frame.Name));
            message.Number(4, Text(frame.File ?? ""));
            message.Number(5, frame.Line ?? 0);
            Flush(Function);
        }
        foreach (var mark in marks) to.Number(Comment, Text(mark));
        if (profile.Sources is [{ Info.Duration: { } seconds }]) to.Number(DurationNanos, (long)(seconds * 1e9));
        to.Number(DefaultSampleType, Text(byTime ? "time" : "calls"));
        foreach (var text in strings.Keys)
        {
            to.Text(StringTable, text);
            to.FlushTo(packed);
        }
    }
}

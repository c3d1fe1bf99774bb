using System.Buffers;
using System.Text.Json;
using KernelMagnifier.Latency.Paths;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes Chrome's Trace Event Format, which Perfetto, speedscope and chrome://tracing open: <c>B</c> and <c>E</c> events, one
/// per line, with times in microseconds and three decimals. The category is <c>call</c> for recorded calls, and <c>caller</c> for
/// functions that are only known as callers.
/// </summary>
internal sealed class ChromeTrace : Timeline
{
    // The threads of calls are numbered from 1, and there are fewer.
    private const int FirstPath = 1 << 30;

    private readonly Stream _output;
    private readonly Utf8JsonWriter _json;
    private readonly Dictionary<string, JsonEncodedText> _names = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 17);
    private readonly Dictionary<int, int> _processes = [];
    private bool _isFirst = true;

    public ChromeTrace(Stream output)
    {
        _output = output;
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });
        _output.Write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"u8);
    }

    protected override void Track(int track, string name, int process)
    {
        Next();
        _json.WriteStartObject();
        _json.WriteString("name", "thread_name");
        _json.WriteString("ph", "M");
        _json.WriteNumber("pid", process);
        _json.WriteNumber("tid", track);
        _json.WriteStartObject("args");
        _json.WriteString("name", name);
        _json.WriteEndObject();
        _json.WriteEndObject();
        Line();
        _processes[track] = process;
    }

    protected override void PathTrack(int number, string name) => Track(FirstPath + number, name, 0);

    protected override void PathSlice(int number, string name, PathSegment segment)
    {
        Begin(FirstPath + number, name, PathSlices.Category, segment.StartTime);
        End(FirstPath + number, segment.EndTime);
    }

    protected override void Begin(int track, string function, bool isEntry, long time)
        => Begin(track, function, isEntry ? "call" : "caller", time);

    private void Begin(int track, string function, string category, long time)
    {
        if (!_names.TryGetValue(function, out var name)) _names.Add(function, name = JsonEncodedText.Encode(function));
        Next();
        _json.WriteStartObject();
        _json.WriteString("name"u8, name);
        _json.WriteString("cat"u8, category);
        Rest("B"u8, track, time);
    }

    protected override void End(int track, long time)
    {
        Next();
        _json.WriteStartObject();
        Rest("E"u8, track, time);
    }

    protected override void Complete(string title)
    {
        _output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
        _output.Write("\n],\n\"otherData\":"u8);
        _json.WriteStartObject();
        _json.WriteString("title", title);
        _json.WriteString("exporter", "kernel-magnifier");
        _json.WriteBoolean("stacksRebuilt", IsRebuilt);
        _json.WriteStartArray("notes");
        foreach (var mark in ProfileMarks.Of(this, isTimeline: true, byTime: true)) _json.WriteStringValue(mark);
        _json.WriteEndArray();
        _json.WriteEndObject();
        Line();
        _output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
        _output.Write("}\n"u8);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _json.Dispose();
        base.Dispose(disposing);
    }

    private void Rest(ReadOnlySpan<byte> phase, int track, long time)
    {
        _json.WriteString("ph"u8, phase);
        _json.WriteNumber("pid"u8, _processes[track]);
        _json.WriteNumber("tid"u8, track);
        _json.WritePropertyName("ts"u8);
        // The time is an integer number of nanoseconds. It is formatted without a double, so all digits are exact.
        Span<byte> number = stackalloc byte[32];
        System.Buffers.Text.Utf8Formatter.TryFormat(time / 1000, number, out var length);
        number[length++] = (byte)'.';
        System.Buffers.Text.Utf8Formatter.TryFormat(time % 1000, number[length..], out var decimals, new StandardFormat('D', 3));
        _json.WriteRawValue(number[..(length + decimals)], skipInputValidation: true);
        _json.WriteEndObject();
        Line();
    }

    private void Next()
    {
        if (_isFirst) _isFirst = false;
        else _buffer.Write(",\n"u8);
    }

    private void Line()
    {
        _json.Flush();
        _json.Reset();
        if (_buffer.WrittenCount < 1 << 16) return;
        _output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using KernelMagnifier.Engine.Tests.Symbols;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Formats;

namespace KernelMagnifier.Engine.Tests.Formats;

/// <summary>The text and the raw fields of every event equal the output of <c>trace-cmd report -N</c> and <c>-R</c>.</summary>
public class EventOracleTests
{
    /// <summary>Recordings with the number of their events that trace-cmd cannot parse.</summary>
    public static TheoryData<string, int> Recordings => new()
    {
        { "dat/ev-many.dat", 29 }, { "dat/markers.dat", 0 }, { "latency/irq.dat", 0 }, { "latency/tracers/timerlat.dat", 0 },
    };

    [SharedDataTheory]
    [MemberData(nameof(Recordings))]
    public void TextEqualsTraceCmdReport(string file, int failed) => Compare(file, "-N", failed, new TextSink());

    [SharedDataTheory]
    [MemberData(nameof(Recordings))]
    public void FieldsEqualRawTraceCmdReport(string file, int failed) => Compare(file, "-R", failed, new FieldSink());

    private static void Compare(string file, string option, int failed, ReportSink sink)
    {
        if (!SmallKernel.Has("trace-cmd")) return;
        using var report = Process.Start(new ProcessStartInfo("trace-cmd", ["report", option, SharedData.Shared(file)])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.Latin1,
        })!;
        report.ErrorDataReceived += (_, _) => { };
        report.BeginErrorReadLine();
        sink.Report = report.StandardOutput;
        Assert.StartsWith("cpus=", sink.Report.ReadLine());
        using var reader = TraceFile.Open(SharedData.Shared(file));
        reader.ReadOnce(sink, null, null, default);
        Assert.Null(sink.Report.ReadLine());
        Assert.True(sink.Compared > 200, $"{sink.Compared} events");
        Assert.Equal(option == "-N" ? failed : 0, sink.Failed);
    }

    private abstract class ReportSink : EventSink
    {
        public StreamReader Report { get; set; } = null!;

        public int Compared { get; private set; }

        public int Failed { get; private set; }

        public override void Accept(in EventRecord record)
        {
            var lines = Lines(record);
            var text = Report.ReadLine() ?? "";
            for (; lines > 1; lines--) text += "\n" + Report.ReadLine();
            Compared++;
            if (text.Contains("[FAILED TO PARSE]", StringComparison.Ordinal)) Failed++;
            else Check(record, text);
        }

        protected virtual int Lines(in EventRecord record) => 1;

        protected abstract void Check(in EventRecord record, string text);
    }

    private sealed class TextSink : ReportSink
    {
        private readonly PrintText _text = new();

        protected override int Lines(in EventRecord record)
        {
            _text.Clear();
            ((BinaryEventSchema)record.Schema).Write(_text, record.Body);
            return 1 + _text.Written.Count((byte)'\n');
        }

        protected override void Check(in EventRecord record, string text)
        {
            var expected = $" {(record.Schema.Name + ":").PadRight(21)} {Encoding.Latin1.GetString(_text.Written)}";
            if (!text.EndsWith(expected, StringComparison.Ordinal)) Assert.Fail($"trace-cmd: {text}\nhere:     {expected}");
        }
    }

    private sealed class FieldSink : ReportSink
    {
        protected override int Lines(in EventRecord record)
            => 1 + record.Schema.Decode(record.Body).Sum(f => f.Value is string text ? text.TrimEnd('\n').Count(c => c == '\n') : 0);

        protected override void Check(in EventRecord record, string text)
        {
            var name = $" {record.Schema.Name}: ";
            var at = text.IndexOf(name, StringComparison.Ordinal);
            Assert.True(at >= 0, $"{name} is missing: {text}");
            at += name.Length;
            var fields = record.Schema.Decode(record.Body);
            for (var i = 0; i < fields.Count; i++)
            {
                at = text.IndexOf($" {fields[i].Name}=", at, StringComparison.Ordinal) + fields[i].Name.Length + 2;
                var next = i + 1 < fields.Count ? $" {fields[i + 1].Name}=" : null;
                var end = next is null ? text.Length : text.IndexOf(next, at, StringComparison.Ordinal);
                Assert.True(at > 1 && end >= at, $"{fields[i].Name}: {text}");
                var raw = text[at..end];
                if (!IsEqual(fields[i], raw)) Assert.Fail($"{fields[i]} but trace-cmd has {raw}: {text}");
            }
        }

        private static bool IsEqual(EventField field, string raw)
        {
            if (raw.StartsWith("ARRAY[", StringComparison.Ordinal))
                return field.Value is "" or null ? raw.Length < 12 : string.Concat(Bytes(field.Value).Select(b => $", {b:x2}"))[2..] == raw[6..^1];
            switch (field.Value)
            {
                case string text: return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)).TrimEnd('\n') == raw.TrimEnd('\n');
                // trace-cmd shows the text of a byte array that is printable.
                case byte[] bytes: return Encoding.Latin1.GetString(bytes).Split('\0')[0] == raw;
                case null: return raw.Length == 0;
            }
            // A file mode is printed in octal.
            if (field.Symbol == raw || (field.Value is ushort mode && Convert.ToString(mode, 8) == raw.TrimStart('0'))) return true;
            var (digits, style) = raw.StartsWith("0x", StringComparison.Ordinal) ? (raw[2..], NumberStyles.AllowHexSpecifier) : (raw, NumberStyles.Integer);
            if (!Int128.TryParse(digits, style, CultureInfo.InvariantCulture, out var number)
                && !Int128.TryParse(raw, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)) return raw == "(nil)";
            var bits = Bytes(field.Value).Length * 8;
            var mask = (Int128.One << bits) - 1;
            return (number & mask) == (Int128.CreateTruncating(Convert.ToDecimal(field.Value, CultureInfo.InvariantCulture)) & mask)
                || (Int128.TryParse(raw, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
                    && (number & mask) == (Int128.CreateTruncating(Convert.ToDecimal(field.Value, CultureInfo.InvariantCulture)) & mask));
        }

        private static byte[] Bytes(object value) => value switch
        {
            byte[] bytes => bytes,
            ulong[] array => MemoryMarshal.AsBytes(array.AsSpan()).ToArray(),
            long[] array => MemoryMarshal.AsBytes(array.AsSpan()).ToArray(),
            uint[] array => MemoryMarshal.AsBytes(array.AsSpan()).ToArray(),
            int[] array => MemoryMarshal.AsBytes(array.AsSpan()).ToArray(),
            ushort[] array => MemoryMarshal.AsBytes(array.AsSpan()).ToArray(),
            string text => Encoding.UTF8.GetBytes(text),
            byte or sbyte => new byte[1],
            short or ushort => new byte[2],
            int or uint => new byte[4],
            _ => new byte[8],
        };
    }
}

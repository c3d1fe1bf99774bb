using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KernelMagnifier.Compression;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.FtraceText;

/// <summary>
/// Parses lines of the function tracer with regular expressions written from trace_output.c. It is slow, and independent of the
/// reader under test.
/// </summary>
internal static partial class FunctionTextReference
{
    private const char FirstKept = '\uF700';

    // sys_write(fd: 3, ...) is a system call event; the function tracer prints arguments as name=value.
    [GeneratedRegex(@"^ *(?<comm>.*?)-(?<pid>\d+) +(\( *(?<tgid>\d+|-+)\) +)?\[(?<cpu>\d+)\] (?<flags>[^ \d][^ ]* )? *(?<time>\d+(\.\d+)?): (?<body>.*)$", RegexOptions.Singleline)]
    private static partial Regex Context { get; }

    [GeneratedRegex(@"^ *(?<comm>.{0,8})-(?<pid>\d+) +(?<cpu>\d+)(?<flags>[^ \d][^ ]*) +(?<time>\d+)(?<us>us.?)?: (?<body>.*)$",
        RegexOptions.Singleline)]
    private static partial Regex Latency { get; }

    [GeneratedRegex(@"^ *(?<comm>.*?) +(?<pid>\d+) +(?<cpu>\d+) (?<bits>\d+) [0-9a-f]{8} [0-9a-f]{8} \[[0-9a-f]+\] (?<time>\d+\.\d+)ms \(\+[\d.]+ms\): (?<body>.*)$", RegexOptions.Singleline)]
    private static partial Regex Verbose { get; }

    [GeneratedRegex(@"^(?<function>[\w.$]+)(\+0x[0-9a-f]+/0x[0-9a-f]+)?( \[(?<fmod>[^\]]+)\])?( <[0-9a-f]+>)?(\((?!\w+: ).*\))?( <-(?<caller>[\w.$]+)(\+0x[0-9a-f]+/0x[0-9a-f]+)?( \[(?<cmod>[^\]]+)\])?( <[0-9a-f]+>)?)?$")]
    private static partial Regex Call { get; }

    public static List<string> Events(string text, bool noContext = false)
    {
        var events = new List<string>();
        var lines = text.Split('\n');
        var callers = lines.Any(l => l.Contains(" <-", StringComparison.Ordinal));
        foreach (var (at, line) in lines.Index())
        {
            // A last line that is cut off before its caller is damaged.
            if (at == lines.Length - 1 && callers && !line.Contains(" <-", StringComparison.Ordinal)) continue;
            var m = Context.Match(line);
            var latency = false;
            if (!m.Success) (m, latency) = (Latency.Match(line), true);
            if (!m.Success) (m, latency) = (Verbose.Match(line), false);
            if (!m.Success && !noContext) continue;
            var body = m.Success ? m.Groups["body"].Value : line;
            var call = Call.Match(body);
            if (!call.Success
                || (body.StartsWith("sys_", StringComparison.Ordinal) && body.Contains('(', StringComparison.Ordinal)
                && !call.Groups["caller"].Success)) continue;
            if (!m.Success)
            {
                if (call.Groups["caller"].Success)
                    events.Add($"{long.MinValue} -1 -{-1}/ Unknown {Name(call, "function", "fmod")} <-{Name(call, "caller", "cmod")} -1 -1");
                continue;
            }
            var flags = m.Groups["flags"].Value;
            var context = m.Groups["bits"].Success ? OfBits(int.Parse(m.Groups["bits"].Value, CultureInfo.InvariantCulture))
                : flags.Length == 0 ? ExecutionContext.Unknown
                : OfLetter(flags[2]);
            var time = m.Groups["time"].Value;
            var scale = m.Groups["bits"].Success ? 1_000_000m : time.Contains('.') ? 1_000_000_000m
                : latency && m.Groups["us"].Success ? 1000m : 1m;
            var nanoseconds = (long)(decimal.Parse(time, CultureInfo.InvariantCulture) * scale);
            var tgid = m.Groups["tgid"].Value;
            events.Add($"{nanoseconds} {int.Parse(m.Groups["cpu"].Value, CultureInfo.InvariantCulture)} {Spelled(m.Groups["comm"].Value)}-{m.Groups["pid"].Value}/{(tgid.StartsWith('-') ? "" : tgid)} {context} "
                + $"{Name(call, "function", "fmod")} <-{Name(call, "caller", "cmod")} -1 -1");
        }
        return events;
    }

    public static List<string> Edges(IEnumerable<string> events)
        => [.. events.Select(e => EdgeOf.Match(e)).GroupBy(m => $"{m.Groups[2].Value},{m.Groups[1].Value}")
        .Select(g => $"{g.Key},{g.Count()}").Order(StringComparer.Ordinal)];

    [GeneratedRegex(@" (\S+) <-(\S*) -1 -1$")]
    private static partial Regex EdgeOf { get; }

    private static string Name(Match call, string name, string module)
        => call.Groups[module].Success ? $"{call.Groups[name].Value}[{call.Groups[module].Value}]" : call.Groups[name].Value;

    private static ExecutionContext OfBits(int bits)
        => (bits & 0x40) != 0 ? ExecutionContext.Nmi
            : (bits & 0x08) != 0 ? ExecutionContext.HardIrq
            : (bits & 0x10) != 0 ? ExecutionContext.SoftIrq
            : ExecutionContext.Task;

    private static ExecutionContext OfLetter(char letter) => letter switch
    {
        'h' or 'H' => ExecutionContext.HardIrq,
        's' => ExecutionContext.SoftIrq,
        'z' or 'Z' => ExecutionContext.Nmi,
        _ => ExecutionContext.Task,
    };

    public static string ReadAll(string path)
    {
        using var input = InputFile.Open(path, InputKind.Recording);
        using var stream = input.OpenStream();
        using var reader = new StreamReader(stream, Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new KeptBytes()));
        return reader.ReadToEnd();
    }

    /// <summary>The name of a task as it is shown: each byte that is not UTF-8, and each backslash that looks like one, in hex.</summary>
    private static string Spelled(string comm) => Shown.Replace(comm, m => $"\\x{m.Value[0] - (m.Value == "\\" ? 0 : FirstKept):x2}");

    [GeneratedRegex(@"[\uF780-\uF7FF]|\\(?=x[89a-f][0-9a-f]|x5c)")]
    private static partial Regex Shown { get; }

    /// <summary>Reads each byte that is not UTF-8 as one character for private use, so that the columns stay as wide.</summary>
    private sealed class KeptBytes : DecoderFallback
    {
        public override int MaxCharCount => 3;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

        private sealed class Buffer : DecoderFallbackBuffer
        {
            private readonly Queue<char> _characters = new();

            public override int Remaining => _characters.Count;

            public override bool Fallback(byte[] bytesUnknown, int index)
            {
                foreach (var b in bytesUnknown) _characters.Enqueue((char)(FirstKept + b));
                return true;
            }

            public override char GetNextChar() => _characters.TryDequeue(out var next) ? next : '\0';

            public override bool MovePrevious() => false;

            public override void Reset() => _characters.Clear();
        }
    }
}

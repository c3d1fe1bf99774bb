using System.Buffers.Text;
using System.Globalization;
using System.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Symbols;

/// <summary>
/// The map file: one line per function and place, <c>symbol|path</c> as the Python tool writes it, or
/// <c>symbol|path|line|module|address|size</c> (<c>kernel</c> for the core; address and size hexadecimal, <c>inlined</c> in place of the
/// address for what has no code of its own; all but the first two may be empty). Lines that begin with <c>#</c> are remarks;
/// <c># release: 6.1.0-56-amd64</c>, <c># build-id: 0123…</c> and <c># text: ffffffff81000000</c> (where the kernel's code starts) before the first row tell the kernel.
/// </summary>
internal static class SymbolMapFile
{
    private const string Heading = "# kernel-magnifier symbol map: symbol|path|line|module|address|size";
    private const string Release = "# release: ", BuildId = "# build-id: ", Text = "# text: ", Inlined = "inlined";

    // Linux allows paths of 4096 bytes and symbols of 512.
    private const int LongestLine = 8192;

    // A kernel with all its modules has some 600,000 functions.
    private const int MostRows = 20_000_000;

    private const string Expected = "A symbol map has lines such as tcp_sendmsg|net/ipv4/tcp.c, one per function.";

    public static SymbolMap Read(string path, CancellationToken cancel)
    {
        if (Directory.Exists(path)) throw new TraceException(path, "this is a directory. Name a symbol map in it.");
        using var input = InputFile.Open(path, InputKind.SymbolMap);
        if (input.Head.IsEmpty) throw new TraceException(path, $"the file is empty. {Expected}");
        if (input.Head.StartsWith("\x7F"u8) && input.Head[1..].StartsWith("ELF"u8))
            throw new TraceException(path, "this is an ELF file (a kernel or a debug file), not a symbol map. Make a map of it with Get-KmSymbolMap or kernel-magnifier generate-symbol-map.");
        var map = new Parser(path);
        var warnings = new List<string>();
        try
        {
            Scan(input.OpenStream(), map, cancel);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            warnings.Add($"{path}: the map ends early, after {map.Rows.Count} functions: {error.Message}");
        }
        if (map.Rows.Count == 0)
            throw new TraceException(path, map.Malformed == 0 ? $"there is no function in this file. {Expected}" : $"this is not a symbol map. {Expected}");
        if (map.Malformed > 0)
            warnings.Add($"{path}: {map.Malformed} lines are no rows of a symbol map and were passed over, the first at line {map.FirstMalformed}. {Expected}");
        return new SymbolMap(path, map.Rows) { KernelRelease = map.Release, BuildId = map.BuildId, TextStart = map.TextStart, MalformedLines = map.Malformed, Warnings = warnings };
    }

    public static void Write(SymbolMap map, string path, bool force, bool pathsOnly)
    {
        using var file = OutputFile.Create(path, force);
        try
        {
            Write(map, file.Stream, pathsOnly);
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(path, error);
        }
        file.Commit();
    }

    public static void Write(SymbolMap map, Stream stream, bool pathsOnly)
    {
        using var to = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        if (!pathsOnly)
        {
            to.WriteLine(Heading);
            if (map.KernelRelease is { } release) to.WriteLine(Release + OneLine(release));
            if (map.BuildId is { } id) to.WriteLine(BuildId + OneLine(id));
            if (map.TextStart is { } start) to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Text}{start:x}"));
        }
        var last = ("", "");
        foreach (var row in map.Rows)
        {
            var (name, source) = (Field(row.Function), Field(row.SourceFile));
            if (name.Length == 0 || source.Length == 0) continue;
            if (pathsOnly && row.IsInlined) continue;
            if (!pathsOnly)
            {
                var module = row.TellsModule ? Field(row.Module ?? SymbolMap.Core) : "";
                var address = row.IsInlined ? Inlined : row.Address?.ToString("x", CultureInfo.InvariantCulture);
                var size = row.Size > 0 ? row.Size.ToString("x", CultureInfo.InvariantCulture) : "";
                to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}|{source}|{row.SourceLine}|{module}|{address}|{size}").TrimEnd('|'));
            }
            else if (last != (name, source))
                to.WriteLine($"{name}|{source}");
            last = (name, source);
        }
    }

    /// <summary>A path as the kernel's source tree has it: relative, without <c>.</c>, <c>..</c> and doubled slashes.</summary>
    internal static string Normalize(string path)
    {
        var clean = path.Length > 0 && path[0] != '/' && path[0] != '.'
            && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);
        if (clean) return path;
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }

    private static void Scan(Stream stream, Parser map, CancellationToken cancel)
    {
        var buffer = new byte[1 << 18];
        int held = 0;
        var passing = false;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var read = stream.Read(buffer, held, buffer.Length - held);
            var filled = held + read;
            var rest = buffer.AsSpan(0, filled);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                if (passing) map.TooLong();
                else map.Line(rest[..end]);
                passing = false;
            }
            if (read == 0)
            {
                if (passing) map.TooLong();
                else if (!rest.IsEmpty) map.Line(rest);
                return;
            }
            // A line without an end in sight is passed over, not collected.
            if (rest.Length > LongestLine)
            {
                passing = true;
                rest = default;
            }
            rest.CopyTo(buffer);
            held = rest.Length;
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Field(string text)
        => text.AsSpan().IndexOfAny("|\n\r") < 0 ? text : text.Replace('|', '_').Replace('\n', ' ').Replace('\r', ' ');

    private sealed class Parser(string path)
    {
        private readonly Dictionary<string, string> _paths = [];
        private readonly Dictionary<string, string> _modules = [];
        private readonly char[] _text = new char[LongestLine + 1];
        private long _line;

        public List<SymbolSource> Rows { get; } = [];

        public string? Release { get; private set; }

        public string? BuildId { get; private set; }

        public ulong? TextStart { get; private set; }

        public long Malformed { get; private set; }

        public long FirstMalformed { get; private set; }

        public void TooLong()
        {
            _line++;
            Fail();
        }

        public void Line(ReadOnlySpan<byte> line)
        {
            if (_line++ == 0 && line.StartsWith("\uFEFF"u8)) line = line[3..];
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (line.IsEmpty) return;
            if (line[0] == '#')
            {
                Remark(line);
                return;
            }
            if (line.Length > LongestLine || !Row(line)) Fail();
        }

        private void Remark(ReadOnlySpan<byte> line)
        {
            if (Rows.Count > 0 || line.Length > LongestLine) return;
            var text = Encoding.UTF8.GetString(line);
            if (text.StartsWith(SymbolMapFile.Release, StringComparison.Ordinal)) Release = text[SymbolMapFile.Release.Length..].Trim();
            if (text.StartsWith(SymbolMapFile.BuildId, StringComparison.Ordinal)) BuildId = text[SymbolMapFile.BuildId.Length..].Trim().ToLowerInvariant();
            if (text.StartsWith(SymbolMapFile.Text, StringComparison.Ordinal)
                && ulong.TryParse(text.AsSpan(SymbolMapFile.Text.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)) TextStart = start;
        }

        /// <summary>Fields after the sixth belong to versions to come and are passed over.</summary>
        private bool Row(ReadOnlySpan<byte> line)
        {
            if (line.IndexOfAny((byte)0, (byte)'\r') >= 0) return false;
            var name = Next(ref line).Trim((byte)' ');
            var source = Next(ref line).Trim((byte)' ');
            var number = Next(ref line).Trim((byte)' ');
            var module = Next(ref line).Trim((byte)' ');
            var address = Next(ref line).Trim((byte)' ');
            var size = Next(ref line).Trim((byte)' ');
            // A '#' would be a remark where it is written again.
            if (name.IsEmpty || name[0] == '#' || source.IsEmpty) return false;
            var at = 0;
            if (!number.IsEmpty && !(Utf8Parser.TryParse(number, out at, out var used) && used == number.Length && at >= 0)) return false;
            var place = Shared(_paths, source, Normalize);
            // Spaces around it would be gone when it is read again.
            if (place.Length == 0 || place[0] == ' ' || place[^1] == ' ') return false;
            if (Rows.Count == MostRows) throw new TraceException(path, $"there are more than {MostRows} functions in this symbol map; no kernel has so many.");
            Rows.Add(new SymbolSource(Encoding.UTF8.GetString(name), new SourceLocation(place, at), module.IsEmpty ? null : Shared(_modules, module, m => m))
            {
                IsInlined = address.SequenceEqual("inlined"u8),
                // A field that is no number is one of a version to come.
                Address = Utf8Parser.TryParse(address, out ulong start, out var digits, 'x') && digits == address.Length ? start : null,
                Size = Utf8Parser.TryParse(size, out uint bytes, out digits, 'x') && digits == size.Length ? bytes : 0,
            });
            return true;
        }

        private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
        {
            var bar = rest.IndexOf((byte)'|');
            var field = bar < 0 ? rest : rest[..bar];
            rest = bar < 0 ? default : rest[(bar + 1)..];
            return field;
        }

        /// <summary>One string per distinct text: a map has ten functions to a file.</summary>
        private string Shared(Dictionary<string, string> known, ReadOnlySpan<byte> bytes, Func<string, string> make)
        {
            var text = _text.AsSpan(0, Encoding.UTF8.GetChars(bytes, _text));
            if (known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var value)) return value;
            var key = text.ToString();
            return known[key] = make(key);
        }

        private void Fail()
        {
            if (Malformed++ == 0) FirstMalformed = _line;
        }
    }
}

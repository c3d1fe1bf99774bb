using System.Globalization;
using System.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Files;
using KernelMagnifier.Text;

namespace KernelMagnifier.Symbols;

/// <summary>
/// The map file: one line per function and place, <c>symbol|path</c> as the Python tool writes it, or
/// <c>symbol|path|line|module|address|size</c> (<c>kernel</c> for the core; address and size hexadecimal, <c>inlined</c> instead
/// of the address for a function without code of its own; all but the first two may be empty). Lines that begin with <c>#</c> are
/// comments. The comments <c># release: 6.1.0-56-amd64</c>, <c># build-id: 0123…</c> and <c># text: ffffffff81000000</c> (the
/// address of <c>_text</c>) before the first row identify the kernel.
/// </summary>
internal static class SymbolMapFile
{
    internal const string Release = "# release: ", BuildId = "# build-id: ", Text = "# text: ", Inlined = "inlined";

    // Linux allows paths of 4096 bytes and symbols of 512.
    internal const int MaxLineLength = 8192;

    private const int LongestNameInWarning = 100;

    private const string Heading = "# kernel-magnifier symbol map: symbol|path|line|module|address|size";
    private const string Expected = "A symbol map has lines such as tcp_sendmsg|net/ipv4/tcp.c, one per function.";

    /// <summary>Reads a map. See <see cref="SymbolMap.Load"/>.</summary>
    /// <exception cref="KernelMagnifierException">The file cannot be read, or is not a symbol map.</exception>
    public static SymbolMap Read(string path, CancellationToken cancel, SymbolMapLimits? limits = null)
    {
        using var input = InputFile.Open(path, InputKind.SymbolMap, cancel: cancel);
        if (input.Head.IsEmpty) throw Unreadable(path, "the file is empty.", Expected);
        if (ForeignContent.Of(input.Head, input.Compression) is { } foreign)
            throw Unreadable(path, foreign.Cause, foreign.Action ?? Expected);
        var parser = new SymbolMapParser(limits ?? SymbolMapLimits.Default);
        var warnings = new List<string>();
        try
        {
            Scan(input.OpenStream(), parser, cancel);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            warnings.Add($"{path}: the map ends early, after {parser.Rows.Count} functions: {error.Message}");
        }
        if (WhyNoMap(parser) is { } cause) throw Unreadable(path, cause, Expected);
        if (parser.Malformed > 0)
            warnings.Add($"{path}: {parser.Malformed} lines are not rows of a symbol map and were skipped, "
                + $"the first at line {parser.FirstMalformed}. {Expected}");
        if (parser.NotKept > 0)
            warnings.Add(string.Create(CultureInfo.InvariantCulture,
                $"{path}: the map has more functions or source files than any "
                + $"kernel. The first {parser.Rows.Count:N0} functions are used, {parser.NotKept:N0} further ones are not."));
        var map = new SymbolMap(path, parser.Rows)
        {
            KernelRelease = parser.Release,
            BuildId = parser.BuildId,
            TextStart = parser.TextStart,
            MalformedLines = parser.Malformed,
            Inputs = input.Identity is { } file ? [new InputIdentity(path, file)] : [],
            Warnings = warnings,
        };
        if (map.FirstCrowdedName is { } name)
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{path}: the map has more than {SymbolRows.MostOfOneName:N0} rows "
                + $"of the function {DisplayText.Shorten(name, LongestNameInWarning)}, more than any kernel. The first "
                + $"{SymbolRows.MostOfOneName:N0} by file are used."));
        return map;
    }

    /// <summary>Writes a map to a file. See <see cref="SymbolMap.Save(string, bool, bool)"/>.</summary>
    /// <exception cref="KernelMagnifierException">The file cannot be written.</exception>
    public static void Write(SymbolMap map, string path, bool force, bool pathsOnly, CancellationToken cancel)
    {
        using var file = OutputFile.Create(path, force, map.Inputs, cancel);
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

    /// <summary>Writes a map to a stream, which stays open.</summary>
    public static void Write(SymbolMap map, Stream stream, bool pathsOnly)
    {
        using var to = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
        if (pathsOnly) WritePaths(map, to);
        else WriteRows(map, to);
    }

    /// <summary>The error for a file that is not a symbol map.</summary>
    internal static KernelMagnifierException Unreadable(string path, string cause, string action)
        => new(ErrorCode.SymbolMapUnreadable, path, cause, action);

    /// <summary>Why the lines of a file are not those of a symbol map; null when they are.</summary>
    private static string? WhyNoMap(SymbolMapParser parser)
    {
        if (parser.Rows.Count == 0) return parser.Malformed == 0 ? "the file contains no function." : "this is not a symbol map.";
        // By chance, some lines of any text or data have a bar.
        var lines = parser.Rows.Count + parser.Malformed;
        return parser.Malformed <= parser.Rows.Count ? null : string.Create(CultureInfo.InvariantCulture,
            $"this is not a symbol map: only {parser.Rows.Count} of its {lines} lines look like one.");
    }

    private static void WriteRows(SymbolMap map, StreamWriter to)
    {
        to.WriteLine(Heading);
        if (map.KernelRelease is { } release) to.WriteLine(Release + OneLine(release));
        if (map.BuildId is { } id) to.WriteLine(BuildId + OneLine(id));
        if (map.TextStart is { } start) to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Text}{start:x}"));
        foreach (var row in map.Rows)
        {
            var (name, source) = (Field(row.Function), Field(row.SourceFile));
            if (name.Length == 0 || source.Length == 0) continue;
            var module = row.IsModuleKnown ? Field(row.Module ?? SymbolMap.Core) : "";
            var address = row.IsInlined ? Inlined : row.Address?.ToString("x", CultureInfo.InvariantCulture);
            var size = row.Size > 0 ? row.Size.ToString("x", CultureInfo.InvariantCulture) : "";
            WriteLine(to, string.Create(CultureInfo.InvariantCulture,
                $"{name}|{source}|{row.SourceLine}|{module}|{address}|{size}").TrimEnd('|'));
        }
    }

    private static void WritePaths(SymbolMap map, StreamWriter to)
    {
        var last = ("", "");
        foreach (var row in map.Rows)
        {
            var (name, source) = (Field(row.Function), Field(row.SourceFile));
            if (name.Length == 0 || source.Length == 0 || row.IsInlined) continue;
            if (last != (name, source)) WriteLine(to, $"{name}|{source}");
            last = (name, source);
        }
    }

    /// <summary>Writes a line; bytes that are not UTF-8 as they are in the kernel.</summary>
    private static void WriteLine(StreamWriter to, string line)
    {
        if (!line.Contains("\\x", StringComparison.Ordinal))
        {
            to.WriteLine(line);
            return;
        }
        to.Flush();
        to.BaseStream.Write(NameText.Encode(line + "\n"));
    }

    private static void Scan(Stream stream, SymbolMapParser parser, CancellationToken cancel)
    {
        var buffer = new byte[1 << 18];
        var held = 0;
        var skipping = false;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var read = stream.Read(buffer, held, buffer.Length - held);
            var rest = buffer.AsSpan(0, held + read);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                if (skipping) parser.AddOverlongLine();
                else parser.AddLine(rest[..end]);
                skipping = false;
            }
            if (read == 0)
            {
                if (skipping) parser.AddOverlongLine();
                else if (!rest.IsEmpty) parser.AddLine(rest);
                return;
            }
            // An overlong line is skipped to its end, not collected.
            if (rest.Length > MaxLineLength)
            {
                skipping = true;
                rest = default;
            }
            rest.CopyTo(buffer);
            held = rest.Length;
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private static string Field(string text)
        => text.AsSpan().IndexOfAny("|\n\r") < 0 ? text : text.Replace('|', '_').Replace('\n', ' ').Replace('\r', ' ');
}

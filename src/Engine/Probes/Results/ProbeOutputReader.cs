using System.Buffers;
using System.Text.Json;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Results;

/// <summary>
/// Reads the lines of <c>bpftrace -f json</c>, of which each is an object, and passes on results as they come. The output is
/// untrusted: what cannot be read becomes a result of the kind <c>Unknown</c>, and nothing throws. docs/formats/probe-output.md
/// describes what comes and what is mended.
/// </summary>
internal sealed class ProbeOutputReader
{
    private const int LongestUnknown = 1024, Deepest = 24, MostNames = 4096;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Deepest };

    private readonly OutputSource _source;
    private readonly Action<ProbeResult> _write;
    private readonly MapReader _maps;
    private readonly LineSchema[] _lines;
    private readonly bool _takesStored;
    private readonly Dictionary<string, int> _prints = [];
    private readonly ArrayBufferWriter<byte> _mended = new();
    private bool _sawDeclaredMap;

    /// <summary>Creates a reader of one run.</summary>
    /// <param name="manifest">What the probe declares; null if it is not known.</param>
    /// <param name="write">Takes each result.</param>
    /// <param name="clock">The time of the arrival of results; null for stored output.</param>
    public ProbeOutputReader(ProbeManifest? manifest, Action<ProbeResult> write, Func<DateTimeOffset>? clock = null)
    {
        _source = new OutputSource(manifest?.Name, this, clock);
        // What a program prints while it runs is no result that this tool has written.
        _takesStored = clock is null;
        (_write, _maps) = (write, new MapReader(_source, Findings));
        foreach (var map in manifest?.Maps ?? []) _source.Maps.TryAdd(map.Name, map);
        _lines = [.. (manifest?.Lines ?? []).Select(LineSchema.Of).OfType<LineSchema>()];
    }

    /// <summary>What was wrong so far.</summary>
    public OutputFindings Findings { get; } = new();

    /// <summary>The number of attached probes that bpftrace stated; null if it stated none.</summary>
    public long? AttachedProbes { get; private set; }

    /// <summary>Reads a line without its end.</summary>
    public void Line(ReadOnlySpan<byte> line)
    {
        if (!TryRead(line)) Unknown(line);
    }

    /// <summary>Reads the last line, which has no end because the program was killed or its output was cut.</summary>
    public void LastLine(ReadOnlySpan<byte> line)
    {
        if (TryRead(line)) return;
        Findings.IsCut = true;
        Unknown(line);
    }

    /// <summary>Ends the output, and finds what is missing.</summary>
    public void Finish() => Findings.HasNoMaps = _source.Maps.Count > 0 && !_sawDeclaredMap;

    private bool TryRead(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r\n\0"u8);
        if (line.IsEmpty || IsAttaching(line)) return true;
        if (line[0] != '{') return false;
        try
        {
            _mended.ResetWrittenCount();
            // Stored results are mended already.
            if ((_takesStored && StoredResults.Begins(line)) || OutputMending.IsWhole(line)) _mended.Write(line);
            else OutputMending.Mend(line, _mended);
            using var json = JsonDocument.Parse(_mended.WrittenMemory, Options);
            return TryRead(json.RootElement);
        }
        // A text with half of a surrogate pair cannot be read either.
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            return false;
        }
    }

    private bool TryRead(JsonElement root)
    {
        var type = root.TryGetProperty("type"u8, out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()
            : null;
        if (type is null && _takesStored && StoredResults.Is(root)) return Stored(root);
        var hasData = root.TryGetProperty("data"u8, out var data);
        switch (type)
        {
            case "map" or "hist" or "stats" when data.ValueKind == JsonValueKind.Object: return ReadMaps(type, data);
            case "printf" when data.ValueKind == JsonValueKind.String: _write(Printed(data.GetString()!)); return true;
            case "time" when hasData: _write(_source.New(ResultKind.Time, text: TextOf(data))); return true;
            case "cat" or "join" when hasData: _write(_source.New(ResultKind.Text, text: TextOf(data))); return true;
            case "value" when hasData: _write(Value(data)); return true;
            case "attached_probes": return Attached(data);
            case "lost_events": return Lost(data);
            case "helper_error": _write(HelperError(root)); return true;
            case "error": _write(_source.New(ResultKind.Error, text: ErrorOf(root, data))); return true;
            default: return false;
        }
    }

    /// <summary>Passes on a result as it was written.</summary>
    private bool Stored(JsonElement root)
    {
        if (StoredResults.Read(root, this) is not { } result) return false;
        if (result.Name is { } name) _sawDeclaredMap |= _source.Maps.ContainsKey(name);
        if (result.LostEvents is > 0 and var lost && result.Kind == ResultKind.Lost)
            Findings.Lost = long.CreateSaturating((Int128)Findings.Lost + lost);
        _write(result);
        return true;
    }

    private bool ReadMaps(string type, JsonElement data)
    {
        foreach (var map in data.EnumerateObject())
        {
            var print = _prints.GetValueOrDefault(map.Name) + 1;
            if (print > 1 || _prints.Count < MostNames) _prints[map.Name] = print;
            _sawDeclaredMap |= _source.Maps.ContainsKey(map.Name);
            if (!_maps.Read(type, map.Name, map.Value, print, _write)) return false;
        }
        return true;
    }

    private bool Attached(JsonElement data)
    {
        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("probes"u8, out var probes))
            AttachedProbes = OutputNumbers.Whole(probes) ?? AttachedProbes;
        return true;
    }

    private bool Lost(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.Object || !data.TryGetProperty("events"u8, out var events)
            || OutputNumbers.Whole(events) is not (>= 0 and var lost)) return false;
        Findings.Lost = long.CreateSaturating((Int128)Findings.Lost + lost);
        _write(_source.New(ResultKind.Lost, lost: lost));
        return true;
    }

    private ProbeResult HelperError(JsonElement root)
    {
        Findings.HelperErrors++;
        long? Number(string name) => root.TryGetProperty(name, out var value) ? OutputNumbers.Whole(value) : null;
        var helper = root.TryGetProperty("helper"u8, out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()
            : null;
        var (code, line, column) = (Number("retcode"), Number("line"), Number("col"));
        return _source.New(ResultKind.HelperError, name: helper, value: code,
            text: string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"line {line}, column {column}: {helper} returned {code}"));
    }

    private static string ErrorOf(JsonElement root, JsonElement data)
    {
        foreach (var part in (JsonElement[])[data, root])
            if (part.ValueKind == JsonValueKind.Object)
                foreach (var name in (string[])["msg", "message", "error"])
                    if (part.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String)
                        return text.GetString()!.TrimEnd('\n');
        return TextOf(data.ValueKind == JsonValueKind.Undefined ? root : data);
    }

    private ProbeResult Value(JsonElement data)
    {
        var value = OutputNumbers.Of(data);
        var frames = value is string text ? StackText.Frames(text) : null;
        return _source.New(ResultKind.Text, text: TextOf(data), value: value, frames: frames);
    }

    private ProbeResult Printed(string text)
    {
        var shown = text.EndsWith('\n') ? text[..^1] : text;
        var (found, values, isAmbiguous) = ((LineSchema?)null, (string[]?)null, false);
        foreach (var line in _lines)
        {
            var match = line.Match(text, out var hasSeveral);
            isAmbiguous |= hasSeveral || (match is not null && found is not null);
            if (match is not null) (found, values) = (line, match);
        }
        if (isAmbiguous) Findings.AmbiguousLines++;
        if (isAmbiguous || found is null) return _source.New(ResultKind.Line, text: shown);
        return _source.New(ResultKind.Line, name: found.Name, text: shown, fields: found.Fields(values!), unit: found.Unit,
            frames: found.Frames(values!));
    }

    private void Unknown(ReadOnlySpan<byte> line)
    {
        Findings.Unreadable++;
        var text = NameText.Decode(line[..Math.Min(line.Length, LongestUnknown)]);
        _write(_source.New(ResultKind.Unknown, text: line.Length > LongestUnknown ? text + "…" : text));
    }

    /// <summary>What bpftrace prints before anything else in its text form.</summary>
    private static bool IsAttaching(ReadOnlySpan<byte> line) => line.StartsWith("Attaching "u8) && line.IndexOf(" probe"u8) > 0;

    private static string TextOf(JsonElement data)
    {
        var text = data.ValueKind == JsonValueKind.String ? data.GetString()! : data.GetRawText();
        return text.EndsWith('\n') ? text[..^1] : text;
    }
}

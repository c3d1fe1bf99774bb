using KernelMagnifier.Symbols;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Probes.Kernels;

/// <summary>Reads descriptions of kernels. docs/formats/kernel-description.md has the layout of a directory.</summary>
internal static class KernelReader
{
    private const string TraceFs = "/sys/kernel/tracing";

    private const string Action = "Name a directory that docs/formats/kernel-description.md describes, a trace.dat recording, or a file of BTF.";

    /// <summary>Opens a description.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.KernelUnreadable"/>: it cannot be read.</exception>
    public static KernelDescription Open(string path)
    {
        try
        {
            var description = Directory.Exists(path) ? FromDirectory(path) : FromFile(path);
            return !description.IsEmpty ? description
                : throw Unreadable(path, "it has neither events, functions nor BTF.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Unreadable(path, $"it cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Describes the running kernel.</summary>
    public static KernelDescription Running() => new()
    {
        Source = "/sys", Release = RunningKernel.Release, HasAllEvents = true,
        Events = EventNames(TraceFs), Functions = Functions($"{TraceFs}/available_filter_functions"),
        Symbols = Symbols("/proc/kallsyms"), TypedFunctions = Typed("/sys/kernel/btf/vmlinux"),
    };

    private static KernelMagnifierException Unreadable(string path, string cause, Exception? inner = null)
        => new(ErrorCode.KernelUnreadable, path, cause, Action, inner);

    private static KernelDescription FromDirectory(string path) => new()
    {
        Source = path, Release = Release(path), HasAllEvents = true, Events = EventNames(path),
        Functions = Functions(Path.Combine(path, "available_filter_functions")),
            Symbols = Symbols(Path.Combine(path, "kallsyms")),
        TypedFunctions = Typed(Path.Combine(path, "btf", "vmlinux")) ?? Typed(Path.Combine(path, "vmlinux.btf")),
    };

    private static KernelDescription FromFile(string path)
    {
        var head = new byte[16];
        using (var file = File.OpenRead(path))
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length)
                throw Unreadable(path, "the file is too short.");
        if (head.AsSpan().StartsWith(DatHeader.Magic)) return FromRecording(path);
        var bytes = KernelText.Bytes(path) ?? throw Unreadable(path, "the file cannot be read.");
        return BtfReader.IsBtf(bytes) ? new KernelDescription { Source = path, TypedFunctions = BtfReader.Functions(bytes) }
            : throw Unreadable(path, "the file is neither a recording nor BTF.");
    }

    private static KernelDescription FromRecording(string path)
    {
        using var handle = File.OpenHandle(path);
        var metadata = DatMetadata.Read(new DatFile(handle, RandomAccess.GetLength(handle)), path);
        var events = new Dictionary<string, IReadOnlySet<string>?>();
        for (var id = 1; id < metadata.Events.Count; id++)
            if (metadata.Events.Name(id) is { } name && metadata.Events.Format(id) is { System: { } system, Text: var text })
                events[$"{system}:{name}"] = EventFormatText.Fields(System.Text.Encoding.UTF8.GetString(text.Span));
        var symbols = new HashSet<string>();
        for (var symbol = 0; symbol < metadata.Symbols.Count; symbol++) symbols.Add(metadata.Symbols[symbol].Name);
        return new KernelDescription
        {
            Source = path, Release = metadata.KernelRelease, Events = events.Count > 0 ? events : null,
            Symbols = symbols.Count > 1000 ? symbols : null,
        };
    }

    private static string? Release(string path)
    {
        foreach (var name in (ReadOnlySpan<string>)["osrelease", "version"])
        {
            if (KernelText.Lines(Path.Combine(path, name))?.FirstOrDefault() is not { Length: > 0 and < 4096 } line) continue;
            return line.StartsWith("Linux version ", StringComparison.Ordinal) ? line.Split(' ') is [_, _, var release, ..]
                ? release : null : line.Trim();
        }
        return null;
    }

    private static Dictionary<string, IReadOnlySet<string>?>? EventNames(string path)
    {
        var events = new Dictionary<string, IReadOnlySet<string>?>();
        foreach (var name in KernelText.Lines(Path.Combine(path, "available_events")) ?? []) events.TryAdd(name.Trim(), null);
        if (KernelText.Lines(Path.Combine(path, "all-event-formats.txt")) is { } all)
            foreach (var (name, fields) in EventFormatText.All(all)) events[name] = fields;
        EventFormatText.AddDirectory(Path.Combine(path, "events"), events);
        events.Remove("");
        return events.Count > 0 ? events : null;
    }

    private static HashSet<string>? Functions(string path)
    {
        if (KernelText.Lines(path) is not { } lines) return null;
        var functions = new HashSet<string>();
        foreach (var line in lines)
            if (line.Split(' ', 2)[0].Trim() is { Length: > 0 } name)
                functions.Add(name);
        return functions.Count > 0 ? functions : null;
    }

    private static HashSet<string>? Symbols(string path)
    {
        if (KernelText.Lines(path) is not { } lines) return null;
        var symbols = new HashSet<string>();
        foreach (var line in lines)
            if (line.Split(' ') is [_, "t" or "T" or "w" or "W", var name, ..])
                symbols.Add(name.Split('\t')[0].Trim());
        return symbols.Count > 0 ? symbols : null;
    }

    private static IReadOnlySet<string>? Typed(string path)
    {
        try
        {
            return KernelText.Bytes(path) is { } bytes && BtfReader.IsBtf(bytes) ? BtfReader.Functions(bytes) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}

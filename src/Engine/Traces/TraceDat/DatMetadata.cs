using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Everything a trace.dat says beside the events: layouts, names, clocks, and where each CPU's data stand.</summary>
internal sealed class DatMetadata
{
    private const int LongestText = 64 << 20;

    private readonly DatFile _file;
    private readonly DatHeader _header;
    private readonly DatOptions _options;
    private readonly List<DatBuffer> _buffers = [];
    private readonly List<string> _warnings = [];
    private readonly HashSet<long> _told = [];

    private DatMetadata(DatFile file, DatHeader header)
    {
        (_file, _header) = (file, header);
        _options = new DatOptions(header.Version, header.BigEndian);
        Page = RingBufferPageLayout.Default(header.LongSize);
    }

    /// <summary>The file's header.</summary>
    public DatHeader Header => _header;

    /// <summary>The layout of ring-buffer pages.</summary>
    public RingBufferPageLayout Page { get; private set; }

    /// <summary>The kinds of events.</summary>
    public EventFormats Events { get; } = new();

    /// <summary>The kernel's symbols.</summary>
    public Kallsyms Symbols { get; private set; } = Kallsyms.None;

    /// <summary>Where the recorded kernel was loaded.</summary>
    public RecordedKernel Kernel { get; private set; }

    /// <summary>The recorded kernel's build id, which this tool's own recordings tell.</summary>
    public string? BuildId => _options.BuildId;

    /// <summary>The tasks' names.</summary>
    public SavedCommandLines Tasks { get; } = new();

    /// <summary>How time stamps are to be converted.</summary>
    public Timebase Times => _options.Times;

    /// <summary>The trace clock, when told.</summary>
    public string? Clock => _options.Clock ?? _buffers.Find(b => b.Clock is not null)?.Clock;

    /// <summary>CPUs of the recorded machine; 0 when not told.</summary>
    public int Cpus { get; private set; }

    /// <summary>The kernel release, when told.</summary>
    public string? KernelRelease => _options.System?.Split(' ') is [_, _, var release, ..] ? release : null;

    /// <summary>What the kernel counted as lost when the recording ended.</summary>
    public KernelStatistics Statistics => _options.Statistics;

    /// <summary>The buffers, in the order in which <c>trace-cmd report</c> looks at them: the top-level one first.</summary>
    public IReadOnlyList<DatBuffer> Buffers => _buffers;

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Reads it.</summary>
    /// <exception cref="TraceException">Nothing of the recording can be read.</exception>
    public static DatMetadata Read(DatFile file, string name)
    {
        var metadata = new DatMetadata(file, DatHeader.Read(file, name));
        if (metadata._header.Version >= 7) metadata.ReadSections();
        else metadata.ReadInOneGo(name);
        metadata._warnings.AddRange(metadata._options.Warnings);
        // The top-level buffer first, the others as they come.
        var sorted = metadata._buffers.OrderBy(b => b.Name.Length == 0 ? 0 : 1).ToList();
        metadata._buffers.Clear();
        metadata._buffers.AddRange(sorted);
        metadata.Cpus = metadata._options.Cpus;
        if (metadata.Cpus == 0) metadata.Cpus = sorted.SelectMany(b => b.Cpus).Select(c => c.Cpu + 1).DefaultIfEmpty().Max();
        foreach (var text in metadata._options.TextBuffers)
            metadata._warnings.Add($"{new DatBuffer(text, null, 0, false, []).Title} holds a latency tracer's text, which is not read. Print it with trace-cmd report and read that.");
        return metadata;
    }

    /// <summary>Version 6: one part after the other, so what comes behind a damaged part cannot be found.</summary>
    private void ReadInOneGo(string name)
    {
        var cursor = new DatCursor(_file, _header.End, _file.Length, _header.BigEndian);
        var part = "the description of ring-buffer pages";
        try
        {
            TakeHeaderInfo(cursor);
            part = "the tracers' event formats";
            TakeFtraceEvents(cursor);
            part = "the event formats";
            TakeEventFormats(cursor);
            part = "the kernel's symbols";
            TakeKallsyms(cursor);
            part = "the printk formats";
            cursor.Skip(cursor.UInt32(), "the text of printk formats");
            part = "the tasks' names";
            TakeCommandLines(cursor);
            part = "the table of CPUs";
            var cpus = cursor.UInt32();
            var kind = Encoding.ASCII.GetString(cursor.Bytes(10, "the kind of data", 10));
            if (kind.StartsWith("options", StringComparison.Ordinal))
            {
                _ = _options.Read(cursor);
                kind = Encoding.ASCII.GetString(cursor.Bytes(10, "the kind of data", 10));
            }
            if (kind.StartsWith("latency", StringComparison.Ordinal))
            {
                _options.TextBuffers.Add("");
                return;
            }
            if (!kind.StartsWith("flyrecord", StringComparison.Ordinal)) throw new DatDamage("neither 'flyrecord' nor 'latency' is where the data should begin", cursor.Offset - 10);
            if (_options.Cpus > 0) cpus = (uint)_options.Cpus;
            var data = CpuTable(cursor, cpus);
            if (_options is { HasClock: true, Clock: null } && cursor.Remaining >= 8)
                _options.TakeClock(Encoding.UTF8.GetString(cursor.Bytes(cursor.UInt64(), "the trace clock", 4096)));
            _buffers.Add(new DatBuffer("", _options.Clock, _header.PageSize, false, data));
            foreach (var (buffer, offset) in _options.BufferTables) TakeBufferTable(buffer, offset, cpus);
        }
        catch (DatDamage damage)
        {
            if (_buffers.Count == 0)
                throw new TraceException(name, $"this trace.dat is cut or damaged in {part}, before any event: {damage.Message}.", damage.Offset);
            _warnings.Add($"damaged in {part}: {damage}");
        }
    }

    private void TakeBufferTable(string name, long offset, uint cpus)
    {
        try
        {
            var cursor = new DatCursor(_file, offset, _file.Length, _header.BigEndian);
            var kind = Encoding.ASCII.GetString(cursor.Bytes(10, "the kind of data", 10));
            if (kind.StartsWith("options", StringComparison.Ordinal))
            {
                _ = new DatOptions(_header.Version, _header.BigEndian).Read(cursor);
                kind = Encoding.ASCII.GetString(cursor.Bytes(10, "the kind of data", 10));
            }
            if (kind.StartsWith("flyrecord", StringComparison.Ordinal))
                _buffers.Add(new DatBuffer(name, _options.Clock, _header.PageSize, false, CpuTable(cursor, cpus)));
            else
                _options.TextBuffers.Add(name);
        }
        catch (DatDamage damage)
        {
            _warnings.Add($"buffer {name} cannot be read: {damage}");
        }
    }

    private static List<DatBuffer.CpuData> CpuTable(DatCursor cursor, uint cpus)
    {
        if (cpus > DatOptions.MostCpus || cpus * 16L > cursor.Remaining) throw new DatDamage($"{cpus} CPUs are announced and fewer are there", cursor.Offset);
        var data = new List<DatBuffer.CpuData>();
        for (var cpu = 0; cpu < cpus; cpu++)
        {
            var (offset, size) = (cursor.UInt64(), cursor.UInt64());
            if (offset > long.MaxValue / 2 || size > long.MaxValue / 2) throw new DatDamage("a CPU's data stand outside the file", cursor.Offset);
            data.Add(new DatBuffer.CpuData(cpu, (long)offset, (long)size));
        }
        return data;
    }

    /// <summary>Version 7: options tell where the sections stand. What options do not tell, the chain of sections does.</summary>
    private void ReadSections()
    {
        var sections = new DatSections(_file, _header);
        var seen = new HashSet<long>();
        string? broken = null;
        try
        {
            for (var at = _header.Options; at != 0;)
            {
                if (!seen.Add(at)) throw new DatDamage("the options sections form a circle", at);
                var cursor = sections.Open(at, DatOptions.Done);
                var from = cursor.Offset;
                var next = _options.Read(cursor);
                sections.Spend(cursor.Offset - from, at);
                at = next;
            }
        }
        catch (DatDamage damage)
        {
            broken = damage.ToString();
        }
        TakeBuffers(sections);
        _told.UnionWith(_options.Buffers.Select(b => b.Section));
        if (broken is not null || _buffers.Count == 0)
        {
            _warnings.Add($"the file is cut or damaged: {broken ?? "no option tells where the events stand"}. What follows from the sections themselves was read; the numbers of CPUs and the names of buffers may be missing.");
            try
            {
                foreach (var section in sections.Walk()) Recover(sections, section);
            }
            catch (DatDamage damage)
            {
                _warnings.Add($"what stands behind could not be found: {damage}");
            }
        }
        Take(sections, DatOptions.HeaderInfo, "the description of ring-buffer pages", TakeHeaderInfo);
        Take(sections, DatOptions.FtraceEvents, "the tracers' event formats", TakeFtraceEvents);
        Take(sections, DatOptions.EventFormats, "the event formats", TakeEventFormats);
        Take(sections, DatOptions.Kallsyms, "the kernel's symbols", TakeKallsyms);
        Take(sections, DatOptions.CommandLines, "the tasks' names", TakeCommandLines);
    }

    private void TakeBuffers(DatSections sections)
    {
        foreach (var (buffer, offset) in _options.Buffers)
        {
            try
            {
                var section = sections.Head(offset);
                if (section.Id != DatOptions.Buffer) throw new DatDamage("it does not stand where an option says", offset);
                _buffers.Add(buffer with { IsPacked = section.IsPacked });
            }
            catch (DatDamage damage)
            {
                _warnings.Add($"{buffer.Title} cannot be read: {damage}");
            }
        }
    }

    /// <summary>Uses a section that no option led to.</summary>
    private void Recover(DatSections sections, DatSections.Section section)
    {
        if (section.Id != DatOptions.Buffer)
        {
            _options.Sections.TryAdd(section.Id, section.Start - 16);
            return;
        }
        // One that has no size yet reaches to the end, so several are read over each other.
        sections.Spend(section.Size == 0 ? _file.Length - section.Start : Math.Min(section.Size, _file.Length), section.Start);
        if (!_told.Contains(section.Start - 16))
            _buffers.Add(new LostTable(_file, _header, Page).Recover(section, _buffers.Count == 0 ? "" : $"(buffer {_buffers.Count + 1})", _options.Clock));
    }

    private void Take(DatSections sections, int id, string what, Action<DatCursor> take)
    {
        try
        {
            if (_options.Sections.TryGetValue(id, out var offset)) take(sections.Open(offset, id));
            else if (id != DatOptions.CommandLines) _warnings.Add($"{what} are not in the file");
        }
        catch (DatDamage damage)
        {
            _warnings.Add($"{what} are damaged: {damage}");
        }
    }

    private void TakeHeaderInfo(DatCursor cursor)
    {
        if (!cursor.Bytes(12, "the word header_page", 12).AsSpan().SequenceEqual("header_page\0"u8)) throw new DatDamage("'header_page' was expected", cursor.Offset - 12);
        var at = cursor.Offset;
        var text = cursor.Bytes(cursor.UInt64(), "the description of ring-buffer pages", 1 << 20);
        if (!cursor.Bytes(13, "the word header_event", 13).AsSpan().SequenceEqual("header_event\0"u8)) throw new DatDamage("'header_event' was expected", cursor.Offset - 13);
        cursor.Skip(cursor.UInt64(), "the description of records");
        Page = text.Length == 0 ? RingBufferPageLayout.Default(_header.LongSize) : RingBufferPageLayout.Parse(text, _header.LongSize);
        if (text.Length == 0) _warnings.Add($"the recorded kernel does not describe its ring-buffer pages (at byte {at}); the usual layout was taken");
    }

    private void TakeFtraceEvents(DatCursor cursor)
    {
        var count = cursor.UInt32();
        for (var i = 0u; i < count; i++) TakeFormat(cursor, isFtrace: true);
    }

    private void TakeEventFormats(DatCursor cursor)
    {
        var systems = cursor.UInt32();
        for (var i = 0u; i < systems; i++)
        {
            _ = cursor.Text(4096);
            var events = cursor.UInt32();
            for (var e = 0u; e < events; e++) TakeFormat(cursor, isFtrace: false);
        }
    }

    private void TakeFormat(DatCursor cursor, bool isFtrace)
    {
        var text = cursor.Bytes(cursor.UInt64(), "an event's format", LongestText);
        if (!Events.Add(text, isFtrace)) Warn($"an event's format cannot be understood (at byte {cursor.Offset - text.Length})");
    }

    // A file may be wrong in more places than anybody wants to read of.
    private void Warn(string text)
    {
        if (_warnings.Count < 100) _warnings.Add(text);
    }

    private void TakeKallsyms(DatCursor cursor)
    {
        var text = cursor.Bytes(cursor.UInt32(), "the kernel's symbols", 128 << 20);
        Symbols = new Kallsyms(text);
        Kernel = RecordedKernel.FromKallsyms(text);
    }

    private void TakeCommandLines(DatCursor cursor) => Tasks.Add(cursor.Bytes(cursor.UInt64(), "the tasks' names", LongestText));
}

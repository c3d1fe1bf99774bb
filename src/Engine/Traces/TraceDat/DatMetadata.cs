using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Everything in a trace.dat except the events: the layout of pages and events, symbols, task names, clocks, and where the data
/// of each CPU are.
/// </summary>
internal sealed class DatMetadata
{
    private readonly DatOptions _options;
    private readonly MetadataParser _parser;

    private DatMetadata(
        DatHeader header, DatOptions options, MetadataParser parser, IReadOnlyList<BufferInstance> buffers,
        IReadOnlyList<string> warnings)
    {
        (Header, _options, _parser, Warnings) = (header, options, parser, warnings);
        Buffers = [.. buffers.OrderBy(b => b.Name.Length == 0 ? 0 : 1)];
        Cpus = options.Cpus > 0 ? options.Cpus : buffers.SelectMany(b => b.Cpus).Select(c => c.Cpu + 1).DefaultIfEmpty().Max();
    }

    /// <summary>The file's header.</summary>
    public DatHeader Header { get; }

    /// <summary>The layout of ring buffer pages.</summary>
    public RingBufferPageLayout Page => _parser.Page;

    /// <summary>The event formats.</summary>
    public EventFormats Events => _parser.Events;

    /// <summary>The kernel's symbols.</summary>
    public Kallsyms Symbols => _parser.Symbols;

    /// <summary>The kernel's constant texts, to which events refer by address.</summary>
    public PrintkFormats Texts => _parser.Texts;

    /// <summary>Where the recorded kernel was loaded.</summary>
    public RecordedKernel Kernel => _parser.Kernel;

    /// <summary>The recorded kernel's build id; only this tool's own recordings contain it.</summary>
    public string? BuildId => _options.BuildId;

    /// <summary>The task names.</summary>
    public SavedCommandLines Tasks => _parser.Tasks;

    /// <summary>The conversion of time stamps.</summary>
    public Timebase Times => _options.Times;

    /// <summary>Nanoseconds from the converted time stamps to the Unix time; null when the file does not contain it.</summary>
    public long? WallOffset => _options.WallOffset;

    /// <summary>The trace clock; null when the file does not name it.</summary>
    public string? Clock => _options.Clock ?? Buffers.FirstOrDefault(b => b.Clock is not null)?.Clock;

    /// <summary>
    /// The number of CPUs of the recorded machine; 0 when the file does not state it and contains no CPU's data.
    /// </summary>
    public int Cpus { get; }

    /// <summary>The kernel release; null when the file does not contain it.</summary>
    public string? KernelRelease => _options.System?.Split(' ') is [_, _, var release, ..] ? release : null;

    /// <summary>The name of the host; null when the file does not contain it.</summary>
    public string? HostName => _options.System?.Split(' ') is [_, { Length: > 0 } host, ..] ? host : null;

    /// <summary>The machine, such as <c>x86_64</c>; null when the file does not contain it.</summary>
    public string? Machine => _options.System?.Split(' ') is [_, _, _, var machine, ..] ? machine : null;

    /// <summary>The kernel's own counts of lost events at the end of the recording.</summary>
    public KernelStatistics Statistics => _options.Statistics;

    /// <summary>The buffer instances in the order of <c>trace-cmd report</c>: the top-level buffer first.</summary>
    public IReadOnlyList<BufferInstance> Buffers { get; }

    /// <summary>Descriptions of everything that could not be read.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Reads the metadata of events that are in no file.</summary>
    /// <param name="kernel">What the kernel says of itself.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TraceUnreadable"/>: the kernel's description of its pages or
    /// events cannot be read.</exception>
    public static DatMetadata Of(KernelDescription kernel)
    {
        var header = new DatHeader(7, false, sizeof(long), kernel.PageSize, null, 0, 0);
        var options = new DatOptions(header.Version, header.BigEndian);
        var warnings = new List<string>();
        var parser = new MetadataParser(header, warnings) { Tasks = kernel.Tasks };
        options.Describe(kernel);
        try
        {
            foreach (var (id, content) in kernel.Sections) parser.ReadSection(id, new DatCursor(content, 0, header.BigEndian));
        }
        catch (DatDamage damage)
        {
            throw new KernelMagnifierException(ErrorCode.TraceUnreadable, "the running kernel",
                $"its description of events cannot be read: {damage}.", "Record with trace-cmd, and read the recording.", damage);
        }
        var buffer = new BufferInstance("", kernel.Clock, kernel.PageSize, false, []);
        return new DatMetadata(header, options, parser, [buffer], warnings);
    }

    /// <summary>Reads the metadata.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TraceUnreadable"/>: nothing of the recording can be
    /// read.</exception>
    public static DatMetadata Read(DatFile file, string name)
    {
        var header = DatHeader.Read(file, name);
        var options = new DatOptions(header.Version, header.BigEndian);
        var warnings = new List<string>();
        var parser = new MetadataParser(header, warnings);
        var buffers = header.Version >= 7
            ? new Version7Metadata(file, header, options, parser, warnings).Read()
            : new Version6Metadata(file, header, options, parser, warnings).Read(name);
        warnings.AddRange(options.Warnings);
        foreach (var text in options.TextBuffers)
            warnings.Add($"{new BufferInstance(text, null, 0, false, []).Title} contains the text of a latency tracer, which is "
                + "not read. Print it with trace-cmd report and read that output.");
        return new DatMetadata(header, options, parser, buffers, warnings);
    }
}

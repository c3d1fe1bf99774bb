using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The options of a trace.dat: what was recorded and, in version 7, the offset of each section. Unknown options are skipped; of a
/// damaged option only that option is lost.
/// </summary>
/// <remarks>
/// "OPTIONS SECTION" of trace-cmd.dat.v7(5); <c>handle_options</c> in trace-cmd's <c>lib/trace-cmd/trace-input.c</c>.
/// </remarks>
internal sealed class DatOptions(int version, bool bigEndian)
{
    /// <summary>The ids of options, and from 15 on also of sections, as in trace-cmd.dat.v7(5); 25 is newer.</summary>
    internal const int Done = 0, Date = 1, CpuStat = 2, Buffer = 3, TraceClock = 4, Uname = 5, Offset = 7, CpuCount = 8, Version = 9,
        TraceId = 11, TimeShift = 12, TscToNanoseconds = 14, Strings = 15, HeaderInfo = 16, FtraceEvents = 17, EventFormats = 18,
        Kallsyms = 19, Printk = 20, CommandLines = 21, BufferText = 22, Modules = 25, LastSection = Modules;

    /// <summary>The id of the section that contains the options.</summary>
    internal const int OptionsSection = 0;

    /// <summary>
    /// This tool's own option: lines of <c>kernel BUILDID</c> and <c>module NAME BUILDID</c>. Other readers skip unknown options.
    /// </summary>
    internal const int BuildIds = 0x4B01;

    /// <summary>This tool's own option: a description of what was requested, as text.</summary>
    internal const int Request = 0x4B02;

    /// <summary>This tool's own option: nanoseconds from the trace clock to the Unix time, as decimal text.</summary>
    internal const int WallClock = 0x4B03;

    private const int LongestOption = 64 << 20;
    private const int MostWarnings = 100;

    // The kernel's own limit (NR_CPUS).
    internal const int MostCpus = 8192;

    private long? _wallClock;
    private bool _hasDate;

    // Nanoseconds that trace-cmd record --ts-offset adds, which is no part of the time of day.
    private long _shift;

    /// <summary>The offset of each section's header, by section id.</summary>
    public Dictionary<int, long> Sections { get; } = new(new NumberComparer());

    /// <summary>Version 7: the buffer instances and the offsets of their sections.</summary>
    public List<(BufferInstance Buffer, long Section)> Buffers { get; } = [];

    /// <summary>Version 6: the names of the buffer instances and the offsets of their CPU tables.</summary>
    public List<(string Name, long Offset)> BufferTables { get; } = [];

    /// <summary>The names of buffer instances that contain the text of a latency tracer.</summary>
    public List<string> TextBuffers { get; } = [];

    /// <summary>The trace clock; null when no option names it.</summary>
    public string? Clock { get; private set; }

    /// <summary>Whether the clock option exists. In version 6, when it is empty, the clock follows the CPU table.</summary>
    public bool HasClock { get; private set; }

    /// <summary>The recorded machine's <c>uname</c>: system, host, release, machine.</summary>
    public string? System { get; private set; }

    /// <summary>The kernel's build id in lower-case hexadecimal; null when the file does not contain it.</summary>
    public string? BuildId { get; private set; }

    /// <summary>The number of CPUs of the recorded machine; 0 when no option states it.</summary>
    public int Cpus { get; private set; }

    /// <summary>The conversion of time stamps.</summary>
    public Timebase Times { get; private set; } = Timebase.Identity;

    /// <summary>Nanoseconds from the converted time stamps to the Unix time; null when the file does not contain it.</summary>
    public long? WallOffset => _hasDate ? -_shift : _wallClock - Times.Offset;

    /// <summary>The kernel's own counts of lost events.</summary>
    public KernelStatistics Statistics { get; } = new();

    /// <summary>The options that could not be parsed.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Reads the options up to the last one (DONE).</summary>
    /// <returns>The offset of the next options section; 0 when there is none.</returns>
    public long Read(DatCursor cursor)
    {
        while (true)
        {
            // In version 6 the last option has no length.
            var id = cursor.UInt16();
            if (id == Done && version < 7) return 0;
            var at = cursor.Offset;
            var data = cursor.Bytes(cursor.UInt32(), $"option {id}", LongestOption);
            if (id == Done)
                return data.Length >= 8 ? Offset64(new DatCursor(data, at, bigEndian))
                    : throw new DatDamage("the last option (DONE) is too short", at);
            try
            {
                Apply(id, data, new DatCursor(data, at, bigEndian));
            }
            catch (DatDamage damage)
            {
                if (Warnings.Count == MostWarnings) throw new DatDamage($"more than {MostWarnings} options are damaged", at);
                Warnings.Add($"option {id} is damaged and was skipped: {damage}");
            }
        }
    }

    private void Apply(int id, byte[] data, DatCursor cursor)
    {
        switch (id)
        {
            case Date:
                // Microseconds from the trace clock to the time of day.
                _hasDate = true;
                Times = Times with { Offset = Times.Offset + OptionText.Number(data) * 1000 };
                break;
            case Offset:
                _shift += OptionText.Number(data);
                Times = Times with { Offset = Times.Offset + OptionText.Number(data) };
                break;
            case WallClock:
                _wallClock = OptionText.Number(data);
                break;
            case CpuStat:
                Statistics.Add(OptionText.Of(data));
                break;
            case Buffer or BufferText:
                AddBuffer(id, cursor);
                break;
            case TraceClock:
                HasClock = true;
                SetClock(OptionText.Of(data));
                break;
            case Uname:
                System = OptionText.Of(data);
                break;
            case BuildIds:
                BuildId ??= OptionText.KernelBuildId(data);
                break;
            case CpuCount:
                Cpus = (int)Math.Min(cursor.UInt32(), MostCpus);
                break;
            case TimeShift:
                Times = TimeShiftOption.Apply(Times, cursor);
                break;
            case TscToNanoseconds:
                var (factor, shift) = (cursor.UInt32(), cursor.UInt32());
                if (factor != 0 && shift < 64) Times = Times with { Multiplier = factor, Shift = (int)shift };
                break;
            case >= HeaderInfo and <= LastSection when data.Length >= 8:
                Sections[id] = Offset64(cursor);
                break;
        }
    }

    /// <summary>Sets what the kernel says of itself.</summary>
    public void Describe(KernelDescription kernel)
    {
        (Clock, HasClock, System, Cpus) = (kernel.Clock, true, kernel.Uname, kernel.Cpus);
        (BuildId, _wallClock) = (kernel.BuildId, kernel.WallOffset);
    }

    /// <summary>Sets the clock from the text of tracefs' <c>trace_clock</c>, which puts the current clock in brackets.</summary>
    public void SetClock(string text)
    {
        var (start, end) = (text.IndexOf('['), text.IndexOf(']'));
        if (start >= 0 && end > start) Clock = text[(start + 1)..end];
    }

    private void AddBuffer(int id, DatCursor cursor)
    {
        var section = Offset64(cursor);
        var name = cursor.Text(4096);
        if (version < 7)
        {
            BufferTables.Add((name, section));
            return;
        }
        var clock = cursor.Text(256);
        if (id == BufferText) TextBuffers.Add(name);
        else Buffers.Add((ReadBuffer(name, clock, cursor), section));
    }

    private static BufferInstance ReadBuffer(string name, string clock, DatCursor cursor)
    {
        var pageSize = cursor.UInt32();
        if (!DatHeader.IsPageSize(pageSize))
            throw new DatDamage($"the page size of {pageSize} bytes is not possible", cursor.Offset);
        var count = cursor.UInt32();
        if (count * 20L > cursor.Remaining) throw new DatDamage($"the CPU table of {count} CPUs is cut", cursor.Offset);
        var cpus = new List<BufferInstance.CpuData>();
        for (var i = 0; i < count; i++)
        {
            var cpu = cursor.UInt32();
            if (cpu >= MostCpus) throw new DatDamage($"a CPU number of {cpu} is not possible", cursor.Offset);
            if (cpus.Exists(c => c.Cpu == (int)cpu))
                throw new DatDamage($"the CPU table contains CPU {cpu} twice", cursor.Offset);
            cpus.Add(BufferInstance.CpuData.Read((int)cpu, cursor));
        }
        // trace-cmd reads CPUs in the order of their numbers.
        cpus.Sort((a, b) => a.Cpu.CompareTo(b.Cpu));
        return new BufferInstance(name, clock.Length == 0 ? null : clock, (int)pageSize, false, cpus);
    }

    private static long Offset64(DatCursor cursor) => (long)Math.Min(cursor.UInt64(), long.MaxValue);
}

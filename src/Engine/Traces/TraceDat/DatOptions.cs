using System.Buffers.Text;
using System.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The options of a trace.dat: what was recorded, and (version 7) where each section stands. What is not known is skipped,
/// and a damaged option costs that option.
/// </summary>
/// <remarks>"OPTIONS SECTION" of trace-cmd.dat.v7(5); <c>handle_options</c> in trace-cmd's <c>lib/trace-cmd/trace-input.c</c>.</remarks>
internal sealed class DatOptions(int version, bool bigEndian)
{
    /// <summary>The ids of options, and from 15 on also of sections, named as in trace-cmd.dat.v7(5); 25 is from newer versions of trace-cmd.</summary>
    internal const int Done = 0, Date = 1, CpuStat = 2, Buffer = 3, TraceClock = 4, Uname = 5, Offset = 7, CpuCount = 8, Version = 9, TraceId = 11,
        TimeShift = 12, TscToNanoseconds = 14, Strings = 15, HeaderInfo = 16, FtraceEvents = 17, EventFormats = 18, Kallsyms = 19, Printk = 20,
        CommandLines = 21, BufferText = 22, Modules = 25, LastSection = Modules;

    /// <summary>The id of the section that contains the options.</summary>
    internal const int OptionsSection = 0;

    /// <summary>This tool's own: lines of <c>kernel BUILDID</c> and <c>module NAME BUILDID</c>. Other readers pass over what they do not know.</summary>
    internal const int BuildIds = 0x4B01;

    /// <summary>This tool's own option: a description of what was requested, as text.</summary>
    internal const int Request = 0x4B02;

    private const int LongestOption = 64 << 20;
    private const int MostWarnings = 100;

    // The kernel's own limit (NR_CPUS).
    internal const int MostCpus = 8192;

    /// <summary>Where sections stand, by their id.</summary>
    public Dictionary<int, long> Sections { get; } = [];

    /// <summary>Version 7's buffers.</summary>
    public List<(DatBuffer Buffer, long Section)> Buffers { get; } = [];

    /// <summary>Version 6's named buffers: where the table of each stands.</summary>
    public List<(string Name, long Offset)> BufferTables { get; } = [];

    /// <summary>Buffers that hold text (a latency tracer's), by name.</summary>
    public List<string> TextBuffers { get; } = [];

    /// <summary>The trace clock.</summary>
    public string? Clock { get; private set; }

    /// <summary>Version 6 writes the clock behind the data's table when this option is there and empty.</summary>
    public bool HasClock { get; private set; }

    /// <summary><c>uname</c> as recorded: system, host, release, machine.</summary>
    public string? System { get; private set; }

    /// <summary>The kernel's build id in lower-case hexadecimal.</summary>
    public string? BuildId { get; private set; }

    /// <summary>CPUs of the recorded machine; 0 when not told.</summary>
    public int Cpus { get; private set; }

    /// <summary>How time stamps are to be converted.</summary>
    public Timebase Times { get; private set; } = Timebase.Identity;

    /// <summary>What the kernel counted as lost.</summary>
    public KernelStatistics Statistics { get; } = new();

    /// <summary>What was not understood.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Reads options up to the last one (DONE).</summary>
    /// <returns>Where the next options section stands; 0 when there is none.</returns>
    public long Read(DatCursor cursor)
    {
        while (true)
        {
            // Version 6 ends with an id alone.
            var id = cursor.UInt16();
            if (id == Done && version < 7) return 0;
            var at = cursor.Offset;
            var data = cursor.Bytes(cursor.UInt32(), $"option {id}", LongestOption);
            if (id == Done)
                return data.Length >= 8 ? (long)Math.Min(new DatCursor(data, at, bigEndian).UInt64(), long.MaxValue) : throw new DatDamage("the last option is too short", at);
            try
            {
                Take(id, data, new DatCursor(data, at, bigEndian));
            }
            catch (DatDamage damage)
            {
                if (Warnings.Count == MostWarnings) throw new DatDamage($"more than {MostWarnings} options are damaged", at);
                Warnings.Add($"option {id} of the file is damaged and was left out: {damage}");
            }
        }
    }

    private void Take(int id, byte[] data, DatCursor cursor)
    {
        switch (id)
        {
            case Date:
                // Microseconds between the trace clock and the time of day.
                Times = Times with { Offset = Times.Offset + Number(data) * 1000 };
                break;
            case Offset:
                Times = Times with { Offset = Times.Offset + Number(data) };
                break;
            case CpuStat:
                Statistics.Add(Text(data));
                break;
            case Buffer or BufferText:
                TakeBuffer(id, cursor);
                break;
            case TraceClock:
                HasClock = true;
                TakeClock(Text(data));
                break;
            case Uname:
                System = Text(data);
                break;
            case BuildIds:
                foreach (var line in Text(data).Split('\n'))
                    if (line.StartsWith("kernel ", StringComparison.Ordinal) && line.Length < 140 && line[7..].Trim() is { Length: > 0 } hex && hex.All(char.IsAsciiHexDigitLower)) BuildId ??= hex;
                break;
            case CpuCount:
                Cpus = (int)Math.Min(cursor.UInt32(), MostCpus);
                break;
            case TimeShift:
                TakeTimeShift(cursor);
                break;
            case TscToNanoseconds:
                var (factor, shift) = (cursor.UInt32(), cursor.UInt32());
                if (factor != 0 && shift < 64) Times = Times with { Multiplier = factor, Shift = (int)shift };
                break;
            case >= HeaderInfo and <= LastSection when data.Length >= 8:
                Sections[id] = (long)Math.Min(cursor.UInt64(), long.MaxValue);
                break;
        }
    }

    /// <summary>Takes the text of tracefs' <c>trace_clock</c>, where the clock in use stands in brackets.</summary>
    public void TakeClock(string text)
    {
        var (start, end) = (text.IndexOf('['), text.IndexOf(']'));
        if (start >= 0 && end > start) Clock = text[(start + 1)..end];
    }

    private void TakeBuffer(int id, DatCursor cursor)
    {
        var section = (long)Math.Min(cursor.UInt64(), long.MaxValue);
        var name = cursor.Text(4096);
        if (version < 7)
        {
            BufferTables.Add((name, section));
            return;
        }
        var clock = cursor.Text(256);
        if (id == BufferText)
        {
            TextBuffers.Add(name);
            return;
        }
        var pageSize = cursor.UInt32();
        if (!DatHeader.IsPageSize(pageSize)) throw new DatDamage($"a page is said to have {pageSize} bytes", cursor.Offset);
        var count = cursor.UInt32();
        if (count * 20L > cursor.Remaining) throw new DatDamage($"{count} CPUs are announced and fewer are there", cursor.Offset);
        var cpus = new List<DatBuffer.CpuData>();
        for (var i = 0; i < count; i++)
        {
            var (cpu, offset, size) = (cursor.UInt32(), cursor.UInt64(), cursor.UInt64());
            if (cpu >= MostCpus || offset > long.MaxValue / 2 || size > long.MaxValue / 2) throw new DatDamage("a CPU's data stand outside the file", cursor.Offset);
            if (cpus.Exists(c => c.Cpu == (int)cpu)) throw new DatDamage($"CPU {cpu} is announced twice", cursor.Offset);
            cpus.Add(new DatBuffer.CpuData((int)cpu, (long)offset, (long)size));
        }
        // trace-cmd walks CPUs by their number.
        cpus.Sort((a, b) => a.Cpu.CompareTo(b.Cpu));
        Buffers.Add((new DatBuffer(name, clock.Length == 0 ? null : clock, (int)pageSize, false, cpus), section));
    }

    private void TakeTimeShift(DatCursor cursor)
    {
        if (cursor.Remaining < 16) return;
        _ = cursor.UInt64();
        var flags = cursor.UInt32();
        var cpus = cursor.UInt32();
        if (cpus == 0) return;
        if (cpus * 4L > cursor.Remaining) throw new DatDamage($"{cpus} CPUs are announced and fewer are there", cursor.Offset);
        var times = new (long[] Times, long[] Offsets, long[] Scalings)[cpus];
        for (var i = 0; i < cpus; i++)
        {
            var count = cursor.UInt32();
            if (count * 24L > cursor.Remaining) throw new DatDamage($"{count} corrections are announced and fewer are there", cursor.Offset);
            times[i] = (Numbers(cursor, count), Numbers(cursor, count), Numbers(cursor, count));
        }
        var corrections = new Timebase.Correction[cpus][];
        var hasFractions = cursor.Remaining > 0;
        for (var i = 0; i < cpus; i++)
        {
            var (at, offsets, scalings) = times[i];
            var fractions = hasFractions ? Numbers(cursor, (uint)at.Length) : null;
            corrections[i] = [.. Enumerable.Range(0, at.Length)
                .Select(n => new Timebase.Correction(at[n], offsets[n], scalings[n], (int)Math.Clamp(fractions?[n] ?? 0, 0, 63)))
                .OrderBy(c => c.Time).DistinctBy(c => c.Time)];
        }
        Times = Times with { SyncFlags = flags, Corrections = corrections };
    }

    private static long[] Numbers(DatCursor cursor, uint count)
    {
        if (count * 8L > cursor.Remaining) throw new DatDamage($"{count} numbers are announced and fewer are there", cursor.Offset);
        var numbers = new long[count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = (long)cursor.UInt64();
        return numbers;
    }

    private static string Text(byte[] data)
    {
        var end = Array.IndexOf(data, (byte)0);
        return Encoding.UTF8.GetString(end < 0 ? data : data.AsSpan(0, end));
    }

    /// <summary>A number as <c>strtoll</c> with base 0 takes it: decimal, or hexadecimal after <c>0x</c>.</summary>
    private static long Number(byte[] data)
    {
        ReadOnlySpan<byte> text = data;
        text = text.Trim(" \t\n\0"u8);
        var negative = text is [(byte)'-', ..];
        if (negative || text is [(byte)'+', ..]) text = text[1..];
        long value;
        if (text is [(byte)'0', (byte)'x' or (byte)'X', ..]) _ = Utf8Parser.TryParse(text[2..], out value, out _, 'x');
        else _ = Utf8Parser.TryParse(text, out value, out _);
        return negative ? -value : value;
    }
}

using System.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Reads the metadata of a version 6 file. Its parts follow each other without section headers, so the parts after a damaged one
/// cannot be found.
/// </summary>
/// <remarks>trace-cmd.dat.v6(5).</remarks>
internal sealed class Version6Metadata(
    DatFile file, DatHeader header, DatOptions options, MetadataParser parser, List<string> warnings)
{
    private readonly List<BufferInstance> _buffers = [];

    /// <summary>Reads everything and returns the buffer instances.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TraceUnreadable"/>: the file is cut or damaged before the
    /// CPU table.</exception>
    public List<BufferInstance> Read(string name)
    {
        var cursor = new DatCursor(file, header.End, file.Length, header.BigEndian);
        (string Part, Action<DatCursor> Read)[] parts =
        [
            ("header_page", parser.ReadHeaderInfo),
            ("the formats of the tracers' events", parser.ReadFtraceEvents),
            ("the event formats", parser.ReadEventFormats),
            ("kallsyms", parser.ReadKallsyms),
            ("the printk formats", parser.ReadPrintkFormats),
            ("saved_cmdlines", parser.ReadCommandLines),
            ("the CPU table", ReadBuffers),
        ];
        foreach (var (part, read) in parts)
        {
            try
            {
                read(cursor);
            }
            catch (DatDamage damage)
            {
                if (_buffers.Count == 0)
                    throw new KernelMagnifierException(ErrorCode.TraceUnreadable, name,
                        $"this trace.dat is cut or damaged in {part}, before its first event: {damage}.",
                        "Copy the file again from where it was recorded, or record again.", damage);
                warnings.Add($"the file is damaged in {part}: {damage}");
                break;
            }
        }
        return _buffers;
    }

    private void ReadBuffers(DatCursor cursor)
    {
        var cpus = cursor.UInt32();
        var type = ReadDataType(cursor, options);
        if (type.StartsWith("latency", StringComparison.Ordinal))
        {
            options.TextBuffers.Add("");
            return;
        }
        if (!type.StartsWith("flyrecord", StringComparison.Ordinal))
            throw new DatDamage("expected 'flyrecord' or 'latency' before the data", cursor.Offset - 10);
        if (options.Cpus > 0) cpus = (uint)options.Cpus;
        var data = ReadCpuTable(cursor, cpus);
        if (options is { HasClock: true, Clock: null } && cursor.Remaining >= 8)
            options.SetClock(Encoding.UTF8.GetString(cursor.Bytes(cursor.UInt64(), "the trace clock", 4096)));
        _buffers.Add(new BufferInstance("", options.Clock, header.PageSize, false, data));
        foreach (var (buffer, offset) in options.BufferTables) ReadNamedBuffer(buffer, offset, cpus);
    }

    private void ReadNamedBuffer(string name, long offset, uint cpus)
    {
        try
        {
            var cursor = new DatCursor(file, offset, file.Length, header.BigEndian);
            var type = ReadDataType(cursor, new DatOptions(header.Version, header.BigEndian));
            if (type.StartsWith("flyrecord", StringComparison.Ordinal))
                _buffers.Add(new BufferInstance(name, options.Clock, header.PageSize, false, ReadCpuTable(cursor, cpus)));
            else
                options.TextBuffers.Add(name);
        }
        catch (DatDamage damage)
        {
            warnings.Add($"buffer {name} cannot be read: {damage}");
        }
    }

    /// <summary>Reads the word that names the type of the data, and the options before it.</summary>
    private static string ReadDataType(DatCursor cursor, DatOptions options)
    {
        var type = Word();
        if (!type.StartsWith("options", StringComparison.Ordinal)) return type;
        _ = options.Read(cursor);
        return Word();

        string Word() => Encoding.ASCII.GetString(cursor.Bytes(10, "the type of the data", 10));
    }

    private static List<BufferInstance.CpuData> ReadCpuTable(DatCursor cursor, uint cpus)
    {
        if (cpus > DatOptions.MostCpus || cpus * 16L > cursor.Remaining)
            throw new DatDamage($"the CPU table of {cpus} CPUs is cut", cursor.Offset);
        var data = new List<BufferInstance.CpuData>();
        for (var cpu = 0; cpu < cpus; cpu++) data.Add(BufferInstance.CpuData.Read(cpu, cursor));
        return data;
    }
}

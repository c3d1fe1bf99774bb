using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>Builds small trace.dat files byte by byte, in every byte order and long size, with any record and any damage.</summary>
internal sealed class DatBuilder(bool bigEndian = false, int longSize = 8, int version = 7, int pageSize = 4096)
{
    /// <summary>Event ids.</summary>
    public const int Function = 1, FunctionGraphExit = 10, FunctionGraphEntry = 11, ReturnAddressEntry = 12, Other = 300;

    private readonly List<(string Name, List<(int Cpu, List<byte[]> Pages)> Cpus)> _buffers = [("", [])];

    public string Kallsyms { get; set; } = "ffff1000 T alpha\nffff2000 t beta\t[mod]\nffff3000 T gamma\nffff4000 T omega\n";

    public string CommandLines { get; set; } = "7 seven\n8 eight\n";

    public List<(int Id, byte[] Data)> Options { get; } = [(4, "[local] global\0"u8.ToArray()), (5, "Linux host 6.99.0-test x86_64\0"u8.ToArray())];

    /// <summary>Adds a page to a CPU of the last buffer.</summary>
    public DatBuilder Page(int cpu, Page page)
    {
        var cpus = _buffers[^1].Cpus;
        var at = cpus.FindIndex(c => c.Cpu == cpu);
        if (at < 0)
        {
            cpus.Add((cpu, []));
            at = cpus.Count - 1;
        }
        cpus[at].Pages.Add(page.ToArray(bigEndian, longSize, pageSize));
        return this;
    }

    /// <summary>Starts another buffer instance.</summary>
    public DatBuilder Buffer(string name)
    {
        _buffers.Add((name, []));
        return this;
    }

    public Page NewPage(ulong time) => new(time, bigEndian, longSize);

    public byte[] ToArray()
    {
        var file = new List<byte>([0x17, 0x08, 0x44, .. "tracing"u8, (byte)('0' + version), 0, (byte)(bigEndian ? 1 : 0), (byte)longSize]);
        Number(file, (ulong)pageSize, 4);
        if (version < 7) Version6(file);
        else Version7(file);
        return [.. file];
    }

    /// <summary>Opens the file as a stream, like a pipe.</summary>
    public TraceReader Open(string? instance = null) => Open(ToArray(), instance);

    public static TraceReader Open(byte[] file, string? instance = null) => TraceFile.Open(new MemoryStream(file), "test.dat", new TraceReadOptions { Instance = instance });

    private void Version6(List<byte> file)
    {
        file.AddRange(HeaderInfo());
        file.AddRange(FtraceEvents());
        file.AddRange(EventFormats());
        file.AddRange(Sized(Kallsyms, 4));
        file.AddRange(Sized("", 4));
        file.AddRange(Sized(CommandLines, 8));
        Number(file, (ulong)_buffers[0].Cpus.Count, 4);
        file.AddRange("options  \0"u8);
        foreach (var (id, data) in Options) Option(file, id, data);
        var slots = new List<int>();
        foreach (var (name, _) in _buffers.Skip(1))
        {
            Option(file, 3, [.. new byte[8], .. Encoding.UTF8.GetBytes(name), 0]);
            slots.Add(file.Count - 9 - name.Length);
        }
        Number(file, 0, 2);
        for (var b = 0; b < _buffers.Count; b++)
        {
            if (b > 0) Put(file, slots[b - 1], (ulong)file.Count, 8);
            file.AddRange("flyrecord\0"u8);
            var table = file.Count;
            file.AddRange(new byte[16 * _buffers[b].Cpus.Count]);
            foreach (var (_, pages) in _buffers[b].Cpus)
            {
                Align(file);
                Put(file, table, (ulong)file.Count, 8);
                Put(file, table + 8, (ulong)pages.Sum(p => p.Length), 8);
                table += 16;
                foreach (var page in pages) file.AddRange(page);
            }
        }
    }

    private void Version7(List<byte> file)
    {
        file.AddRange("none\0\0"u8);
        var first = file.Count;
        Number(file, 0, 8);
        var options = new List<byte>();
        foreach (var (id, body) in new (int, List<byte>)[] { (16, HeaderInfo()), (17, FtraceEvents()), (18, EventFormats()), (19, [.. Sized(Kallsyms, 4)]), (21, [.. Sized(CommandLines, 8)]) })
        {
            Option(options, id, Bytes((ulong)file.Count, 8));
            Section(file, id, body);
        }
        foreach (var (id, data) in Options) Option(options, id, data);
        foreach (var (name, cpus) in _buffers)
        {
            var section = file.Count;
            file.AddRange(new byte[16]);
            var table = new List<byte>();
            foreach (var (cpu, pages) in cpus)
            {
                Align(file);
                Number(table, (ulong)cpu, 4);
                Number(table, (ulong)file.Count, 8);
                Number(table, (ulong)pages.Sum(p => p.Length), 8);
                foreach (var page in pages) file.AddRange(page);
            }
            Put(file, section, 3, 2);
            Put(file, section + 8, (ulong)(file.Count - section - 16), 8);
            Option(options, 3, [.. Bytes((ulong)section, 8), .. Encoding.UTF8.GetBytes(name), 0, .. "local\0"u8, .. Bytes((ulong)pageSize, 4), .. Bytes((ulong)cpus.Count, 4), .. table]);
        }
        Put(file, first, (ulong)file.Count, 8);
        Option(options, 0, new byte[8]);
        Section(file, 0, options);
    }

    private List<byte> HeaderInfo()
        =>
        [
            .. "header_page\0"u8, .. Sized($"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t commit;\toffset:8;\tsize:{longSize};\tsigned:1;\n"
                + $"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n\tfield: char data;\toffset:{8 + longSize};\tsize:{pageSize - 8 - longSize};\tsigned:1;\n", 8),
            .. "header_event\0"u8, .. Sized("# compressed entry header\n", 8),
        ];

    private List<byte> FtraceEvents()
    {
        var n = longSize;
        string[] formats =
        [
            Format("function", Function, $"\tfield:unsigned long ip;\toffset:8;\tsize:{n};\tsigned:0;\n\tfield:unsigned long parent_ip;\toffset:{8 + n};\tsize:{n};\tsigned:0;\n"),
            Format("funcgraph_exit", FunctionGraphExit, $"\tfield:unsigned long func;\toffset:8;\tsize:{n};\tsigned:0;\n\tfield:int depth;\toffset:{8 + n};\tsize:4;\tsigned:1;\n"
                + $"\tfield:unsigned int overrun;\toffset:{12 + n};\tsize:4;\tsigned:0;\n\tfield:unsigned long long calltime;\toffset:{16 + n};\tsize:8;\tsigned:0;\n\tfield:unsigned long long rettime;\toffset:{24 + n};\tsize:8;\tsigned:0;\n"),
            Format("funcgraph_entry", FunctionGraphEntry, $"\tfield:unsigned long func;\toffset:8;\tsize:{n};\tsigned:0;\n\tfield:unsigned long depth;\toffset:{8 + n};\tsize:{n};\tsigned:0;\n\tfield:unsigned long args[];\toffset:{8 + n + n};\tsize:0;\tsigned:0;\n"),
            Format("fgraph_retaddr_entry", ReturnAddressEntry, $"\tfield:unsigned long func;\toffset:8;\tsize:{n};\tsigned:0;\n\tfield:int depth;\toffset:{8 + n};\tsize:4;\tsigned:1;\n\tfield:unsigned long retaddr;\toffset:{12 + n};\tsize:{n};\tsigned:0;\n"),
        ];
        return [.. Bytes((ulong)formats.Length, 4), .. formats.SelectMany(f => Sized(f, 8))];
    }

    private List<byte> EventFormats() => [.. Bytes(1, 4), .. "sched\0"u8, .. Bytes(1, 4), .. Sized(Format("sched_switch", Other, "\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"), 8)];

    private static string Format(string name, int id, string fields)
        => $"name: {name}\nID: {id}\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
            + $"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n{fields}\nprint fmt: \"\"\n";

    private void Section(List<byte> file, int id, List<byte> body)
    {
        Number(file, (ulong)id, 2);
        Number(file, 0, 2);
        Number(file, 0, 4);
        Number(file, (ulong)body.Count, 8);
        file.AddRange(body);
    }

    private void Option(List<byte> file, int id, byte[] data)
    {
        Number(file, (ulong)id, 2);
        Number(file, (ulong)data.Length, 4);
        file.AddRange(data);
    }

    private byte[] Sized(string text, int bytes) => [.. Bytes((ulong)Encoding.UTF8.GetByteCount(text), bytes), .. Encoding.UTF8.GetBytes(text)];

    private void Align(List<byte> file) => file.AddRange(new byte[(pageSize - (file.Count % pageSize)) % pageSize]);

    private void Number(List<byte> to, ulong value, int size) => to.AddRange(Bytes(value, size));

    private void Put(List<byte> file, int at, ulong value, int size)
    {
        var bytes = Bytes(value, size);
        for (var i = 0; i < size; i++) file[at + i] = bytes[i];
    }

    public byte[] Bytes(ulong value, int size) => Bytes(value, size, bigEndian);

    public static byte[] Bytes(ulong value, int size, bool bigEndian)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes = bytes[..size];
        if (bigEndian) Array.Reverse(bytes);
        return bytes;
    }
}

using System.IO.Compression;
using System.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Engine.Tests.TraceDat;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// The initial inputs: parts of the small recordings in tests/data, and generated files for the features that those do not
/// have.
/// </summary>
internal static class Seeds
{
    private const int TextSize = 6 << 10;

    private static readonly string Data = FindData();

    /// <summary>The seeds of a target.</summary>
    public static List<byte[]> Of(string target) => target switch
    {
        "function-text" => [.. Texts("text").SelectMany(Cuts)],
        "graph-text" => [.. Texts("graph").SelectMany(Cuts)],
        "report-text" => [.. Texts("report").SelectMany(Cuts)],
        "perf-script"
            => [.. Texts("perf", "*.script.txt.zst").SelectMany(Cuts), .. Texts("perf", "*.fields.txt.zst").SelectMany(Cuts)],
        "text-events"
            => [.. Texts("text").Concat(Texts("graph", "*events*")).Concat(Texts("graph", "*marker*")).Concat(Texts("report"))
            .Concat(Texts("perf", "*.script.txt.zst")).SelectMany(Cuts), .. EventTexts],
        "trace-dat"
            => [.. MadeDats(),
            .. new[] { "fn-lossy.dat", "instances.dat", "fg-zlib.dat" }
            .Select(f => File.ReadAllBytes(Path.Combine(Data, "trace-dat", f)))],
        "page" => [.. Pages()],
        "event-format" => [.. Formats()],
        "print-format" => [.. Formats().Select(f => PrintFormatTarget.Seed(f)), .. PrintFormatTarget.Seeds],
        "event-body" => [.. EventBodyTarget.Seeds],
        "intervals" => [.. Cuts(Decompressed(Path.Combine(Data, "latency", "sched.txt.zst")))],
        "causes" or "paths" => [CauseText, .. Cuts(Decompressed(Path.Combine(Data, "latency", "sched.txt.zst")))],
        "baseline" => [BaselineTarget.Seed, .. BaselineTexts],
        "probe-output" => [ProbeOutputTarget.Seed],
        "measurement-log" => [.. MeasurementLogTarget.Seeds],
        "workload" => [WorkloadTarget.Seed],
        "incident" => [.. IncidentTarget.Seeds],
        "kallsyms" => [Slice("mix-plain.dat", "\nffffffff"u8, 1, 3000), .. KallsymsTexts],
        "command-lines" => [.. CommandLineTexts],
        "symbol-map" => [Decompressed(Path.Combine(Data, "symbol-filepath.map.zst"))[..4000], .. MapTexts],
        "symbol-cache" => [.. Caches()],
        "elf" => [.. Elfs()],
        "dwarf" => [.. Elfs().Select(DwarfTarget.Unwrap).OfType<byte[]>()],
        "compressed" => [.. CompressedFiles()],
        "layers" => [.. LayerTexts()],
        "probe-program" => [.. ProbeProgramTarget.Seeds],
        "btf" => [BtfTarget.Seed],
        "lists" => [.. ListTexts],
        "any" => [.. Texts("text").Take(8).Select(t => t[..Math.Min(t.Length, 2000)]),
            .. Texts("graph").Take(8).Select(t => t[..Math.Min(t.Length, 2000)]),
            .. Texts("perf").Select(t => t[..Math.Min(t.Length, 2000)]),
            .. Texts("report").Select(t => t[..Math.Min(t.Length, 2000)]), .. MadeDats().Take(3), .. CompressedFiles().Take(4)],
        _ => throw new ArgumentException($"There is no target {target}."),
    };

    /// <summary>Whole recordings, for mutators that know the structure of the file.</summary>
    public static IEnumerable<byte[]> WholeDats()
        => [.. MadeDats(),
        .. Directory.GetFiles(Path.Combine(Data, "trace-dat"), "*.dat").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static readonly byte[][] KallsymsTexts =
    [
        "0000000000000000 A fixed_percpu_data\nffffffff81000000 T _stext\nffffffff81000000 T _text\nffffffff81000000 t $x\nffffffffc0001000 t func\t[ext4]\nffffffffc0001000 T alias\t[ext4]\n"u8.ToArray(),
        "c0008000 T stext\r\nC0008000 T upper\r\n ffff T x\nffff  T y\nffffffffffffffff T last\nffffffffffffffffff T toolong"u8.ToArray(),
    ];

    private static readonly byte[][] EventTexts =
    [
        "# tracer: nop\n#\n a-1 [000] d..2. 1.000001: sched_switch: prev_comm=a\nb prev_pid=1 prev_prio=120 prev_state=R+ ==> next_comm=CPU:1 [LOST 5 EVENTS] next_pid=2 next_prio=120\nCPU:1 [LOST 5 EVENTS]\n b-2 [001] d..2. 1.000002: sys_write(fd: 3, buf: 7f00, count: a)\n b-2 [001] d..2. 1.000003: <stack trace>\n => f\n => g\n b-2 [001] d..2. 1.000003: sys_write -> 0x5\n b-2 [001] d..2. 1.000004: block_rq_issue: 8,1 WS 4096 () 1234 + 8 [a ] b]\n b-2 [001] d..2. 1.000005: x: big=99999999999999999999999 hex=0xfffffffffffffffffff\n"u8.ToArray(),
        " 0)               |  f() {\n 0)               |    /* sched_waking: comm=a\nb pid=15 prio=120 target_cpu=000 */\n 0)   0.735 us    |    g();\n 0)               |    /* two\n\nlines */\nCPU:0 [LOST 3 EVENTS]\n 0)               |    /* sys_read(fd: 3, count: (1)) */\n 0)   0.111 us    |  }\n"u8.ToArray(),
        "a 1 [000] 1.000001: sched:sched_switch: prev_comm=a prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=b next_pid=2 next_prio=120\n\tffffffff8e95d97a b+0x1 ([kernel.kallsyms])\n\tffffffff8e95d97b a+0x2 ([kernel.kallsyms])\n\nx 0 [001] 2.000000: PERF_RECORD_LOST lost 12\na 1 [001] 2.000001: sched:sched_waking: comm=x y pid=2 prio=1 target_cpu=001\n\tffffffff8e95d97a b+0x1 ([kernel.kallsyms])\n\n"u8.ToArray(),
    ];

    /// <summary>A task that writes, is interrupted, sleeps for a disk, a lock and a timer, and is moved, on two CPUs.</summary>
    private static readonly byte[] CauseText = """
        cpus=2
                  <idle>-0     [000] d....     1.000000100: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=a next_pid=10 next_prio=120
                       a-10    [000] d....     1.000000200: sys_enter: NR 74 (0, 0, 0, 0, 0, 0)
                       a-10    [000] d....     1.000000300: block_rq_issue: 254,0 WS 4096 () 4711 + 8 [a]
                       a-10    [000] d....     1.000000400: sched_switch: prev_comm=a prev_pid=10 prev_prio=120 prev_state=D ==> next_comm=b next_pid=20 next_prio=110
                       b-20    [000] d.h..     1.000000500: irq_handler_entry: irq=25 name=virtio0
                       b-20    [000] d.h..     1.000000510: block_rq_complete: 254,0 WS () 4711 + 8 [0]
                       b-20    [000] d.h..     1.000000520: sched_waking: comm=a pid=10 prio=120 target_cpu=000
                       b-20    [000] d.h..     1.000000530: sched_wakeup: comm=a pid=10 prio=120 target_cpu=000
                       b-20    [000] d.h..     1.000000540: irq_handler_exit: irq=25 ret=handled
                       b-20    [000] d.s..     1.000000600: softirq_entry: vec=3 [action=NET_RX]
                       b-20    [000] d.s..     1.000000650: sched_migrate_task: comm=a pid=10 prio=120 orig_cpu=0 dest_cpu=1
                       b-20    [000] d.s..     1.000000700: softirq_exit: vec=3 [action=NET_RX]
                  <idle>-0     [001] d....     1.000000800: sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=a next_pid=10 next_prio=120
                       a-10    [001] d....     1.000000850: contention_begin: 0xffff8881 (flags=MUTEX)
                       a-10    [001] d....     1.000000900: sched_switch: prev_comm=a prev_pid=10 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120
        CPU:1 [3 EVENTS DROPPED]
                       b-20    [000] d....     1.000001000: sched_waking: comm=a pid=10 prio=120 target_cpu=001
                       b-20    [000] d....     1.000001010: sched_wakeup: comm=a pid=10 prio=120 target_cpu=001
                  <idle>-0     [001] d....     1.000001100: sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=a next_pid=10 next_prio=120
                       a-10    [001] d....     1.000001150: contention_end: 0xffff8881 (ret=0)
                       a-10    [001] d....     1.000001200: sys_exit: NR 74 = 0
                       a-10    [001] d....     1.000001250: sys_enter: NR 230 (0, 0, 0, 0, 0, 0)
                       a-10    [001] d....     1.000001300: sched_switch: prev_comm=a prev_pid=10 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120
                  <idle>-0     [001] d.h..     1.000001400: hrtimer_expire_entry: hrtimer=0xff10 function=hrtimer_wakeup now=1
                  <idle>-0     [001] d.h..     1.000001410: sched_waking: comm=a pid=10 prio=120 target_cpu=001
                  <idle>-0     [001] d.h..     1.000001420: hrtimer_expire_exit: hrtimer=0xff10
                  <idle>-0     [001] d....     1.000001500: sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=a next_pid=10 next_prio=120
                       a-10    [001] d....     1.000001600: sys_exit: NR 230 = 0

        """u8.ToArray();

    private static readonly byte[][] BaselineTexts =
    [
        "{\"schema\":\"kernel-magnifier-baseline\",\"version\":1,\"recordings\":[[[[[[[[[[[[]]]]]]]]]]]]}"u8.ToArray(),
        "{\"schema\":\"kernel-magnifier-baseline\",\"version\":1e308,\"version\":NaN}"u8.ToArray(),
    ];

    private static readonly byte[][] CommandLineTexts =
    [
        "1 systemd\n2 kthreadd\n7 a b\n42 two\nlines\n1000 <...>\n1 again\n"u8.ToArray(),
        "CPU: 0\nentries: 12\noverrun: 3\ncommit overrun: 0\nbytes: 44\noldest event ts:  12.345678\nnow ts: 13.000000\ndropped events: 5\nread events: 100\nBuffer: inst\nCPU: 1\noverrun: 18446744073709551615\n"u8.ToArray(),
    ];

    private static readonly byte[][] MapTexts =
    [
        Encoding.UTF8.GetBytes(
            "\uFEFF# kernel-magnifier symbol map: symbol|path|line|module|address|size\n# release: 6.1.0-56-amd64\n# build-id: 0123456789abcdef\n# text: ffffffff81000000\n"
            + "show|kernel/sched/core.c|4|kernel|ffffffff81000010|20\nshow|net/ipv4/tcp.c|3|kernel|ffffffff81000030|10\ninl|kernel/x.c|8|kernel|inlined\nmod|fs/ext4/a.c||ext4|1000|30|more\nplain|./a//b/../c.c\r\n|x\nx|\nbad|a|-1\n"),
    ];

    private static readonly byte[][] ListTexts =
    [
        "0-3,8"u8.ToArray(), "0-65535,0-65535,0-65535"u8.ToArray(), "ff,ffffffff"u8.ToArray(), "0x1,00000000"u8.ToArray(),
        "1.5GB"u8.ToArray(), "64 MiB"u8.ToArray(), "9223372036854775807"u8.ToArray(),
        "tcp_*tcp_sendmsg"u8.ToArray(), "[!a-z]?\\**abc*"u8.ToArray(),
        "vfs_read\nfunc [ext4]\nffffffff81000000 vfs_write [x]\n"u8.ToArray(),
        "entries: 12\noverrun: 3\ndropped events: 5\nread events: 100\n"u8.ToArray(),
        "*a*a*a*a*a*a*a*a*baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"u8.ToArray(),
    ];

    private static string FindData()
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                if (Directory.Exists(Path.Combine(folder.FullName, "tests", "data", "trace-dat")))
                    return Path.Combine(folder.FullName, "tests", "data");
        throw new InvalidOperationException("The seeds are in tests/data of the repository, but the program runs outside of the repository.");
    }

    private static byte[] Decompressed(string path)
    {
        using var input = InputFile.Open(path, InputKind.Recording);
        using var stream = input.OpenStream();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static IEnumerable<byte[]> Texts(string folder, string pattern = "*.txt.zst")
        => Directory.GetFiles(Path.Combine(Data, folder), pattern).Order(StringComparer.Ordinal).Select(Decompressed);

    /// <summary>The start of a text, and its header followed by lines from the middle and from the end.</summary>
    private static IEnumerable<byte[]> Cuts(byte[] text)
    {
        if (text.Length <= TextSize)
        {
            yield return text;
            yield break;
        }
        yield return Whole(text, 0, TextSize);
        var header = 0;
        while (header < text.Length && text[header] == '#') header += text.AsSpan(header).IndexOf((byte)'\n') + 1;
        yield return [.. text[..Math.Min(header, 2000)], .. Whole(text, text.Length / 2, TextSize / 2)];
        yield return [.. text[..Math.Min(header, 2000)], .. Whole(text, text.Length - TextSize / 2, TextSize / 2)];

        static byte[] Whole(byte[] text, int from, int size)
        {
            if (from > 0) from += text.AsSpan(from).IndexOf((byte)'\n') + 1;
            var part = text.AsSpan(from, Math.Min(size, text.Length - from));
            return part[..(part.LastIndexOf((byte)'\n') + 1)].ToArray();
        }
    }

    private static IEnumerable<byte[]> MadeDats()
    {
        foreach (var (big, size, version) in new[] { (false, 8, 7), (false, 8, 6), (true, 8, 7), (true, 4, 6), (false, 4, 7) })
        {
            foreach (var graph in new[] { false, true })
            {
                var file = new DatBuilder(big, size, version, 1024);
                foreach (var page in graph ? GraphPages(file) : FunctionPages(file)) file.Page(0, page);
                file.Page(1, FunctionPages(file).First());
                if (graph)
                {
                    file.Options.AddRange(
                    [
                        (8, file.Bytes(2, 4)),
                        (14, [.. file.Bytes(1 << 20, 4), .. file.Bytes(20, 4), .. file.Bytes(0, 8)]),
                        (2, "CPU: 0\noverrun: 3\ndropped events: 5\n"u8.ToArray()),
                    ]);
                }
                if (!graph) file.Buffer("inst").Page(1, FunctionPages(file).Last());
                yield return file.ToArray();
            }
        }
    }

    private static IEnumerable<Page> FunctionPages(DatBuilder file)
    {
        yield return file.NewPage(1000).Call(10, 0xffff1010, 0xffff2020).Call(5, 0xffff3000, 0xffff1010, 8, 0x10).Extend(1 << 28)
            .OtherEvent(3).Call(1, 0xffff4000, 0x1234);
        var lossy = file.NewPage(2000).Call(1, 0xffff1000, 0xffff3000).Absolute(99999999).Discarded(4, 16)
            .Call(2, 0xffff2000, 0xffff1000, 9, 0x08).Null();
        lossy.Lost = 12;
        yield return lossy;
    }

    private static IEnumerable<Page> GraphPages(DatBuilder file)
    {
        yield return file.NewPage(1000).Enter(1, 0xffff1000, 0).Enter(1, 0xffff2000, 1, args: 2)
            .Exit(5, 0xffff2000, 1, 1002, 1007).EnterFrom(1, 0xffff3000, 1, 0xffff1010).Exit(1, 0xffff3000, 1, 1008, 1009)
            .Exit(1, 0xffff1000, 0, 1001, 1010).OtherEvent(1);
        yield return file.NewPage(3000).Exit(1, 0xffff4000, 3, 0, 1).Enter(1, 0xffff1000, 7, pid: 8).OtherEvent(1, id: 9999)
            .Call(1, 0xffff1000, 0xffff2000);
    }

    private static IEnumerable<byte[]> Pages()
    {
        foreach (var (way, big, size) in new[] { (0, false, 8), (1, true, 8), (2, false, 4), (3, true, 4) })
        {
            var file = new DatBuilder(big, size);
            foreach (var page in FunctionPages(file).Concat(GraphPages(file)))
            {
                var bytes = page.ToArray(big, size, 4096);
                yield return [(byte)way, 0, .. bytes[..400]];
                yield return [(byte)(way | 4), 1, .. bytes[..400]];
            }
        }
        var path = Path.Combine(Data, "trace-dat", "mix-plain.dat");
        using var handle = File.OpenHandle(path);
        var real = new DatFile(handle, new FileInfo(path).Length);
        foreach (var cpu in DatMetadata.Read(real, path).Buffers.SelectMany(b => b.Cpus).Where(c => c.Size >= 4096))
        {
            for (var i = 0; i < 2 && (i + 1) * 4096L <= cpu.Size; i++)
            {
                var page = new byte[4096];
                real.Read(page, cpu.Offset + i * 4096);
                yield return [(byte)(i * 4), 0, .. page];
            }
        }
    }

    private static IEnumerable<byte[]> Formats()
    {
        var file = File.ReadAllBytes(Path.Combine(Data, "trace-dat", "mix-plain.dat"));
        var found = new List<byte[]>();
        for (var at = 0; at < file.Length && found.Count < 24;)
        {
            var name = file.AsSpan(at).IndexOf("name: "u8);
            if (name < 0) break;
            at += name;
            var end = file.AsSpan(at).IndexOf("print fmt:"u8);
            if (end is > 0 and < 4000) found.Add(file[at..(at + end + 10)]);
            at += 6;
        }
        foreach (var format in found) yield return format;
        yield return [.. found.Take(6).SelectMany(f => (byte[])[.. f, 0])];
        yield return "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n"u8.ToArray();
    }

    private static byte[] Slice(string file, ReadOnlySpan<byte> from, int skip, int length)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Data, "trace-dat", file));
        var at = bytes.AsSpan().IndexOf(from) + skip;
        return bytes[at..Math.Min(bytes.Length, at + length)];
    }

    private static IEnumerable<byte[]> Caches()
    {
        var table = new SymbolTableBuilder
        {
            Path = "/vmlinux", Release = "6.1.0", BuildId = "0123", Fingerprint = "f", TextStart = 0xffffffff81000000,
        };
        var (show, other) = (table.Name("show"u8), table.Name("schedule_it"u8));
        table.Add(null, ["kernel/sched/core.c", "net/ipv4/tcp.c"],
        [
            new(show, 0xffffffff81000010, 32, 0, 4, false), new(show, 0xffffffff81000040, 16, 1, 3, false),
            new(other, 0, 0, 0, 9, true),
        ]);
        table.Add("ext4", ["fs/ext4/a.c"], [new(other, 0x1000, 16, 0, 7, false)]);
        yield return table.Build().Image.ToArray();
        yield return new SymbolTableBuilder().Build().Image.ToArray();
    }

    private static IEnumerable<byte[]> Elfs()
        => Directory.GetFiles(Path.Combine(Data, "fuzz"), "*.elf.zst").Order(StringComparer.Ordinal).Select(Decompressed);

    private static IEnumerable<byte[]> CompressedFiles()
    {
        var text = Texts("text").First()[..2000];
        var zeros = new byte[1 << 20];
        foreach (var level in new[] { 1, 19 }) yield return Zstd.Compress(text, level);
        yield return Gzip(text);
        yield return [.. Gzip(text[..500]), .. Gzip(text[500..])];
        yield return [.. Zstd.Compress(text.AsSpan(0, 500), 3), .. Zstd.Compress(text.AsSpan(500), 3)];
        yield return Zstd.Compress(zeros, 19);
        yield return Gzip(zeros);
    }

    private static IEnumerable<byte[]> LayerTexts()
    {
        var text = Texts("text").First()[..1500];
        var dump = "Dumping ftrace buffer:\n---------------------------------\n loom-7  2d.h2. 5us : a <-b\nCPU:1 [LOST 2 EVENTS]\n"
            + "---------------------------------\nend\n";
        foreach (var prefix in new[] { "[   12.345678] ", "<4>[   12.345678][ T1234] ", "Nov 29 09:30:00 host kernel: ", "6,12,345,-;" })
            yield return Encoding.UTF8.GetBytes(string.Concat(dump.Split('\n').Select(line => $"{prefix}{line}\n")));
        yield return [.. "<html><script>x</script>\n<script class=\"trace-data\">\n"u8, .. text, .. "</script><script class=\"trace-data\">PROCESS DUMP\n</script>"u8];
        yield return "<html>var linuxPerfData = \"\\\n# tracer: nop\\n\\\n#\\n\\\n\";"u8.ToArray();
        yield return "{\"traceEvents\":[],\"systemTraceEvents\":\"# tracer: nop\\n \\ud83d\\ude00\\u00fc\\/\\\\\\\"\\n\",\"a\":1}"u8.ToArray();
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF8 })
            yield return [.. encoding.Preamble, .. encoding.GetBytes(Encoding.UTF8.GetString(text))];
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal)) zlib.Write(text);
        yield return [.. "TRACE:\n"u8, .. compressed.ToArray()];
        yield return [.. "words\nand words\n"u8, .. text];
        foreach (var file in Directory.GetFiles(Path.Combine(Data, "cases"), "*.txt").Order(StringComparer.Ordinal))
            if (new FileInfo(file).Length < TextSize)
                yield return File.ReadAllBytes(file);
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return compressed.ToArray();
    }
}

using System.IO.Compression;
using System.Text;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Engine.Tests.Symbols;

public sealed class SymbolMapTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("km-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    private string Write(string text, string name = "symbol-filepath.map")
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string[] Files(SymbolMap map, string name, string? module = null)
        => [.. map.Resolve(name, module, null).Select(s => s.ToString())];

    [Fact]
    public void OfOneNameAThousandRowsAreLookedAt()
    {
        var rows = string.Concat(Enumerable.Range(1, 3000).Select(i => $"f|a/b{i:d4}.c|{i}|kernel|{0x1000 + i:x}\n"));
        var map = SymbolMap.Load(Write(rows + "g|c.c\ng|d.c\n"));
        Assert.Equal(3002, map.Count);
        var files = Files(map, "f");
        Assert.Equal((1000, "a/b0001.c:1", "a/b1000.c:1000"), (files.Length, files[0], files[^1]));
        Assert.Equal(["c.c", "d.c"], Files(map, "g"));
        Assert.EndsWith("the map has more than 1,000 rows of the function f, more than any kernel. The first 1,000 by file are used.",
            Assert.Single(map.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void EqualPlacesAreOneCandidate()
    {
        var rows = Enumerable.Range(0, 600).Select(i => $"f|a/b{i % 3}.c|{i % 2}|kernel|{0x1000 + i:x}\n");
        Assert.Equal(6, Files(SymbolMap.Load(Write(string.Concat(rows))), "f").Length);
    }

    [Fact]
    public void ReadsMapsOfThePythonToolAndOfThisOne()
    {
        var python = SymbolMap.Load(Write("tcp_sendmsg|net/ipv4/tcp.c\ntcp_push|net/ipv4/tcp.c\n"));
        Assert.Equal(["net/ipv4/tcp.c"], Files(python, "tcp_sendmsg"));
        Assert.Equal(["net/ipv4/tcp.c"], Files(python, "tcp_sendmsg", "ipv6"));

        const string Lines = "# release: 6.1.0-56-amd64\n# build-id: ABCD12\ntcp_sendmsg|net/ipv4/tcp.c|1480|kernel\n"
            + "ext4_iget|fs/ext4/inode.c||ext4\nx|a.c|3|ext4|later|fields\n";
        var ours = SymbolMap.Load(Write(Lines, "ours.map"));
        Assert.Equal(["net/ipv4/tcp.c:1480"], Files(ours, "tcp_sendmsg"));
        Assert.Equal(["fs/ext4/inode.c"], Files(ours, "ext4_iget", "ext4"));
        Assert.Equal(("6.1.0-56-amd64", "abcd12", 0), (ours.KernelRelease, ours.BuildId, ours.MalformedLines));
        var row = Assert.Single(ours.Rows, r => r.Function == "tcp_sendmsg");
        Assert.Equal(("net/ipv4/tcp.c", 1480, null), (row.SourceFile, row.SourceLine, row.Module));
        Assert.Equal("ext4", Assert.Single(ours.Rows, r => r.Function == "ext4_iget").Module);
    }

    [Fact]
    public void KeepsAllPlacesOfAName()
    {
        var map = SymbolMap.Load(Write("cleanup|b.c\ninit|a.c\ncleanup|a.c\ncleanup|b.c\n"));
        Assert.Equal(["a.c", "b.c"], Files(map, "cleanup"));
        Assert.Equal(3, map.Count);
    }

    [Fact]
    public void TheModuleDistinguishesFunctionsOfOneName()
    {
        var map = SymbolMap.Load(Write(
            "show|fs/ext4/sysfs.c|1|ext4\nshow|fs/xfs/sysfs.c|2|xfs\nshow|lib/show.c|3|kernel\nonly|fs/xfs/o.c|4|xfs\n"));
        Assert.Equal(["fs/xfs/sysfs.c:2"], Files(map, "show", "xfs"));
        Assert.Equal(["lib/show.c:3"], Files(map, "show"));
        Assert.Empty(Files(map, "show", "btrfs"));
        // A recording may have no modules.
        Assert.Equal(["fs/xfs/o.c:4"], Files(map, "only"));
    }

    [Theory]
    [InlineData("finish_task_switch.isra.0", "kernel/sched/core.c")]
    [InlineData("finish_task_switch.part.0.isra.12", "kernel/sched/core.c")]
    [InlineData("finish_task_switch.constprop.0.isra.0.cold", "kernel/sched/core.c")]
    [InlineData("finish_task_switch.cold", "kernel/sched/core.c")]
    [InlineData("finish_task_switch.llvm.1234567890123", "kernel/sched/core.c")]
    [InlineData("exact.part.0", "exact.c")]
    [InlineData("finish_task_switch.strange.0", null)]
    [InlineData("finish_task_switch.0", null)]
    [InlineData(".isra.0", null)]
    [InlineData("", null)]
    [InlineData("123", null)]
    public void RemovesCompilerSuffixes(string name, string? file)
    {
        var map = SymbolMap.Load(Write("finish_task_switch|kernel/sched/core.c\nexact|bare.c\nexact.part.0|exact.c\n"));
        Assert.Equal(file is null ? [] : [file], Files(map, name));
    }

    [Theory]
    [InlineData("lib/zstd/decompress/../common/bitstream.h", "lib/zstd/common/bitstream.h")]
    [InlineData("/net/ipv4/tcp.c", "net/ipv4/tcp.c")]
    [InlineData("./net//ipv4/./tcp.c", "net/ipv4/tcp.c")]
    [InlineData("../../lib/a.c", "lib/a.c")]
    [InlineData("a/.hidden/b.c", "a/.hidden/b.c")]
    [InlineData("a/b/../../../c.c", "c.c")]
    public void NormalizesPaths(string written, string path)
        => Assert.Equal([path], Files(SymbolMap.Load(Write($"f|{written}\n")), "f"));

    [Fact]
    public void CountsMalformedLinesAndReportsTheFirst()
    {
        var path = Write("\uFEFFgood|a.c\r\n\r\nno bar\n|no name\nno path|\nbadline|a.c|x\nnegative|a.c|-3\nnul\0|a.c\n"
            + new string('x', 9000) + "|a.c\n"
            + new string('y', 700_000) + "\nonly dots|..\na name|a.c\nescape\u001b|a.c\n"
            + string.Concat(Enumerable.Range(0, 9).Select(i => $"f{i}|c.c\n")) + "last|b.c|7");
        var map = SymbolMap.Load(path);
        Assert.Equal(11, map.MalformedLines);
        Assert.Equal(["b.c:7"], Files(map, "last"));
        Assert.Equal(["a.c"], Files(map, "good"));
        Assert.Equal(11, map.Count);
        var warning = Assert.Single(map.Warnings);
        Assert.Contains(path, warning, StringComparison.Ordinal);
        Assert.Contains("11 lines", warning, StringComparison.Ordinal);
        Assert.Contains("line 3", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("this is a letter\nto someone\n", "not a symbol map")]
    [InlineData("# only a remark\n", "no function")]
    [InlineData("\u007fELF\u0002\u0001", "ELF")]
    [InlineData("# tracer: function\n", "this is a recording")]
    [InlineData("ffffffff81000000 T _text\nffffffff81000010 t x\n", "a list of addresses (kallsyms, System.map)")]
    [InlineData("a|b.c\na table\nwith a bar\n", "only 1 of its 3 lines")]
    public void AFileThatIsNotAMapIsAnError(string text, string cause)
    {
        var path = Write(text);
        var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.Load(path));
        Assert.Equal((ErrorCode.SymbolMapUnreadable, path), (error.Code, error.Target));
        Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
        Assert.NotNull(error.RecommendedAction);
    }

    /// <summary>Data have lines with a bar by chance; their control characters make none of them a row.</summary>
    [Fact]
    public void DataAreNoMap()
    {
        var bytes = new byte[200_000];
        new Random(7).NextBytes(bytes);
        var path = Path.Combine(_folder, "data");
        File.WriteAllBytes(path, bytes);
        Assert.Contains("not a symbol map", Assert.Throws<KernelMagnifierException>(() => SymbolMap.Open(path)).Cause,
            StringComparison.Ordinal);
    }

    /// <summary>Files that a user may take for a map or an image, by their first bytes.</summary>
    [Theory]
    [InlineData(0x202, "HdrS", "a Linux kernel image (bzImage)", "vmlinux of this kernel")]
    [InlineData(0x38, "ARM\u0064", "a Linux kernel image (Image of arm64)", "vmlinux of this kernel")]
    [InlineData(0, "\u00fd7zXZ\0", "compressed with xz", "xz -d FILE")]
    [InlineData(0, "BZh9", "compressed with bzip2", "bzip2 -d FILE")]
    [InlineData(0, "!<arch>\ndebian-binary", "a Debian package", "dpkg -x")]
    public void AForeignFileIsNamed(int at, string magic, string cause, string action)
    {
        var bytes = new byte[2048];
        Encoding.Latin1.GetBytes(magic).CopyTo(bytes, at);
        Encoding.ASCII.GetBytes("\na|b.c\nc|d.c\n").CopyTo(bytes, 1024);
        var path = Path.Combine(_folder, "foreign");
        File.WriteAllBytes(path, bytes);
        foreach (var open in (Action[])[() => SymbolMap.Open(path), () => SymbolMap.OfImage(path)])
        {
            var error = Assert.Throws<KernelMagnifierException>(open);
            Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
            Assert.Contains(action, error.RecommendedAction, StringComparison.Ordinal);
        }
    }

    /// <summary>The advice for a compressed module is not to make a map of what cannot be read.</summary>
    [Fact]
    public void ACompressedImageIsToBeDecompressed()
    {
        byte[] elf = [.. "\u007fELF\u0002\u0001"u8, .. new byte[200]];
        var gz = Path.Combine(_folder, "x.ko.gz");
        using (var gzip = new GZipStream(File.Create(gz), CompressionLevel.Fastest)) gzip.Write(elf);
        var zst = Path.Combine(_folder, "x.ko.zst");
        File.WriteAllBytes(zst, KernelMagnifier.Compression.Zstd.Compress(elf, 3));
        foreach (var (path, action) in (ReadOnlySpan<(string, string)>)[(gz, "gzip -d FILE"), (zst, "zstd -d FILE")])
        {
            Assert.Contains(action, Assert.Throws<KernelMagnifierException>(() => SymbolMap.Open(path)).RecommendedAction,
                StringComparison.Ordinal);
            Assert.Contains(action, Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfImage(path)).RecommendedAction,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void AnEmptyPathIsAnError()
    {
        Assert.Equal(ErrorCode.BadRequest, Assert.Throws<KernelMagnifierException>(() => SymbolMap.Open("")).Code);
        Assert.Equal(ErrorCode.BadRequest, Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfImage("")).Code);
    }

    [Fact]
    public void ADirectoryOrMissingFileIsAnError()
    {
        Assert.Contains("directory", Assert.Throws<KernelMagnifierException>(() => SymbolMap.Load(_folder)).Message,
            StringComparison.Ordinal);
        Assert.Contains("no such file",
            Assert.ThrowsAny<KernelMagnifierException>(() => SymbolMap.Load(Path.Combine(_folder, "none"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ReadsCompressedMapsUpToTheDamage()
    {
        var path = Path.Combine(_folder, "map.bin");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            for (var i = 0; i < 100_000; i++)
                gzip.Write(Encoding.UTF8.GetBytes($"function_{i}|dir{i * 7919 % 977}/file.c|{i * 31 % 10007}\n"));
        var whole = SymbolMap.Load(path);
        Assert.Equal(100_000, whole.Count);
        Assert.Equal([$"dir{99_999 * 7919 % 977}/file.c:{99_999 * 31 % 10007}"], Files(whole, "function_99999"));

        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(bytes.Length / 2, 64).Fill(0xFF);
        File.WriteAllBytes(path, bytes);
        var part = SymbolMap.Load(path);
        Assert.InRange(part.Count, 1, 99_999);
        Assert.Contains(part.Warnings, w => w.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public void ASavedMapIsReadUnchanged()
    {
        var map = new SymbolMap("created", [
            new("b", new("fs/b.c", 0)), new("a", new("fs/a.c", 12), "kernel"), new("a", new("fs/a.c", 12), "kernel"),
            new("a", new("m/a.c", 3), "ext4"), new("p|q\n", new("x.c", 0))])
        { KernelRelease = "6.1", BuildId = "00ff" };
        var path = Path.Combine(_folder, "saved.map");
        map.Save(path);
        Assert.Equal("# kernel-magnifier symbol map: symbol|path|line|module|address|size\n# release: 6.1\n# build-id: 00ff\n"
            + "a|fs/a.c|12|kernel\na|m/a.c|3|ext4\nb|fs/b.c\np_q |x.c\n", File.ReadAllText(path));
        var back = SymbolMap.Load(path);
        Assert.Equal(("6.1", "00ff", 4), (back.KernelRelease, back.BuildId, back.Count));
        Assert.Equal(["fs/a.c:12"], Files(back, "a"));

        Assert.Contains("exists", Assert.ThrowsAny<KernelMagnifierException>(() => map.Save(path)).Message,
            StringComparison.Ordinal);
        map.Save(path, force: true, pathsOnly: true);
        Assert.Equal("a|fs/a.c\na|m/a.c\nb|fs/b.c\np_q |x.c\n", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder));
    }

    [SharedDataFact]
    public void FindsNearlyEveryTraceableFunctionOfARealKernel()
    {
        var map = SymbolMap.Load(SharedData.Shared("meta/symbol-filepath.map.zst"));
        Assert.Equal(0, map.MalformedLines);
        Assert.DoesNotContain(map.Rows, row => row.SourceFile.Contains("..", StringComparison.Ordinal)
            || row.SourceFile.StartsWith('/'));
        using var names = new StreamReader(new GZipStream(File.OpenRead(SharedData.Shared("meta/available_filter_functions.gz")),
            CompressionMode.Decompress));
        var core = new HashSet<string>();
        while (names.ReadLine() is { } line)
            if (!line.Contains('[', StringComparison.Ordinal))
                core.Add(line.Trim());
        // 36,280 by exact name and 856 more without compiler suffixes. A join of both files with awk gives the same numbers.
        Assert.Equal(37_502, core.Count);
        Assert.Equal(36_280 + 856, core.Count(name => map.Resolve(name, null, null).Length > 0));
    }

    [Fact]
    public void RowsLeadBackToTheirMap()
    {
        var map = new SymbolMap("m", [new("b", new("x.c", 1)), new("a", new("y.c", 2))]) { BuildId = "1234" };
        Assert.Same(map, SymbolMap.Of(map.Rows));

        var part = SymbolMap.Of([map.Rows[0]]);
        Assert.Equal(("m", 1, "1234"), (part.Path, part.Count, part.BuildId));
        Assert.Empty(part.Resolve("b", null, null));

        var mixed = SymbolMap.Of([map.Rows[0], new SymbolMap("n", [new("c", new("z.c", 3))]).Rows[0]]);
        Assert.Equal((2, (string?)null), (mixed.Count, mixed.BuildId));
    }

    [Theory]
    [InlineData(10, 1000, 100_000)]
    [InlineData(1000, 10, 100_000)]
    [InlineData(1000, 1000, 150)]
    public void RowsBeyondTheLimitsAreCountedAndNotKept(int functions, int files, int characters)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, Enumerable.Range(0, 100).Select(i => $"function{i}|a/b{i}.c|{i}"));
            var map = SymbolMapFile.Read(path, default, new SymbolMapLimits(functions, files, characters));
            Assert.Equal(10, map.Count);
            Assert.EndsWith("The first 10 functions are used, 90 further ones are not.", Assert.Single(map.Warnings), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}

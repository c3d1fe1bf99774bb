using System.Net;
using KernelMagnifier.Model;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Symbols;

/// <summary>Finding debug files, the cache, and what a map knows of a recording's kernel.</summary>
public sealed class SymbolMapMakerTests : IDisposable
{
    private readonly SmallKernel _kernel = new();

    private string Cache => Path.Combine(_kernel.Folder, "cache");

    private SymbolMapOptions Options => new() { CacheFolder = Cache, DebugRoots = [Path.Combine(_kernel.Folder, "debug")], DebuginfodUrls = "", Threads = 1 };

    private string[] Kept => Directory.Exists(Path.Combine(Cache, "symbols")) ? Directory.GetFiles(Path.Combine(Cache, "symbols")) : [];

    public void Dispose() => _kernel.Dispose();

    private string Put(string image, string place)
    {
        var path = Path.Combine(_kernel.Folder, "debug", place);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(image, path);
        return path;
    }

    [ToolFact("gcc", "ld")]
    public void AMapMadeOnceIsTakenFromTheCacheUntilTheFileChanges()
    {
        var image = _kernel.Build("-gdwarf-5");
        var made = SymbolMap.OfImage(image, Options);
        var kept = Assert.Single(Kept);
        Assert.Contains(made.BuildId!, kept, StringComparison.Ordinal);
        var said = new List<string>();
        var cached = SymbolMap.OfImage(image, Options with { Progress = said.Add });
        Assert.Empty(said);
        Assert.Equal(made.Rows.Select(r => $"{r} {r.Module} {r.Address} {r.Size} {r.IsInlined}"), cached.Rows.Select(r => $"{r} {r.Module} {r.Address} {r.Size} {r.IsInlined}"));
        Assert.Equal((made.BuildId, made.TextStart, made.Count), (cached.BuildId, cached.TextStart, cached.Count));

        File.SetLastWriteTimeUtc(image, DateTime.UtcNow.AddDays(-3));
        SymbolMap.OfImage(image, Options with { Progress = said.Add });
        Assert.Single(said);
        SymbolMap.OfImage(image, Options with { Progress = said.Add });
        Assert.Single(said);
        SymbolMap.OfImage(image, Options with { NoCache = true, Progress = said.Add });
        Assert.Equal(2, said.Count);
        Assert.DoesNotContain(Kept, k => k.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [ToolFact("gcc", "ld")]
    public void ADamagedCacheIsMadeAnewWhereverTheDamageIs()
    {
        var image = _kernel.Build("-gdwarf-5");
        SymbolMap.OfImage(image, Options);
        var kept = Assert.Single(Kept);
        var whole = File.ReadAllBytes(kept);
        Assert.NotNull(SymbolTable.Open(whole));
        for (var i = 0; i < whole.Length; i += 3)
        {
            var bytes = (byte[])whole.Clone();
            bytes[i] ^= 0x10;
            Assert.Null(SymbolTable.Open(bytes));
            Assert.Null(SymbolTable.Open(whole[..i]));
        }
        File.WriteAllBytes(kept, whole[..(whole.Length / 2)]);
        var said = new List<string>();
        Assert.Equal("net/ipv4/tcp.c:7", Assert.Single(SymbolMap.OfImage(image, Options with { Progress = said.Add }).Resolve("tcp_sendit", null, null)).ToString());
        Assert.Single(said);
        Assert.Equal(whole, File.ReadAllBytes(kept));
    }

    [ToolFact("gcc", "ld")]
    public void ManyAtOnceShareACache()
    {
        var image = _kernel.Build("-gdwarf-5");
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            if (i % 5 == 0) File.WriteAllText(Path.Combine(_kernel.Folder, $"unrelated{i}"), "");
            Assert.Single(SymbolMap.OfImage(image, Options).Resolve("tcp_sendit", null, null));
        });
        Assert.Single(Kept);
    }

    [ToolFact("gcc", "ld")]
    public void WhereNothingCanBeKeptNothingFails()
    {
        var image = _kernel.Build("-gdwarf-5");
        File.WriteAllText(Path.Combine(_kernel.Folder, "a-file"), "");
        Assert.NotEmpty(SymbolMap.OfImage(image, Options with { CacheFolder = Path.Combine(_kernel.Folder, "a-file", "cache") }).Rows);
    }

    [ToolTheory("gcc", "ld")]
    [InlineData("boot/vmlinux-6.1.0-7-tiny")]
    [InlineData("lib/modules/6.1.0-7-tiny/vmlinux")]
    [InlineData("usr/lib/modules/6.1.0-7-tiny/vmlinux.debug")]
    public void FindsAKernelByItsRelease(string place)
    {
        Put(_kernel.Build("-gdwarf-5"), place);
        Assert.Equal("6.1.0-7-tiny", SymbolMap.OfKernel(Options with { KernelRelease = "6.1.0-7-tiny" }).KernelRelease);
    }

    [ToolFact("gcc", "ld")]
    public void FindsAKernelByItsBuildIdAndRefusesAnother()
    {
        var image = _kernel.Build("-gdwarf-5");
        var id = SymbolMap.OfImage(image, Options).BuildId!;
        Put(image, $".build-id/{id[..2]}/{id[2..]}.debug");
        Assert.Equal(id, SymbolMap.OfKernel(Options with { KernelRelease = "9.9.9-none", BuildId = id }).BuildId);
        var other = new string('0', 40);
        Put(image, "boot/vmlinux-6.1.0-7-tiny");
        Assert.Contains($"build id {id}, wanted is {other}", Assert.ThrowsAny<KernelMagnifierException>(() => SymbolMap.OfKernel(Options with { KernelRelease = "6.1.0-7-tiny", BuildId = other })).Message, StringComparison.Ordinal);
        Assert.Contains(other, Assert.ThrowsAny<KernelMagnifierException>(() => SymbolMap.OfImage(image, Options with { BuildId = other })).Message, StringComparison.Ordinal);
    }

    [ToolFact("gcc", "ld")]
    public void ReadsTheModulesBesideAKernel()
    {
        Put(_kernel.Build("-gdwarf-5"), "lib/modules/6.1.0-7-tiny/vmlinux");
        Put(_kernel.Build("-gdwarf-5", relocatable: true), "lib/modules/6.1.0-7-tiny/kernel/net/ipv4/tiny-mod.ko");
        var map = SymbolMap.OfKernel(Options with { KernelRelease = "6.1.0-7-tiny", IncludeModules = true });
        Assert.Equal("net/ipv4/tcp.c:7", Assert.Single(map.Resolve("tcp_sendit", "tiny_mod", null)).ToString());
        Assert.Equal("net/ipv4/tcp.c:7", Assert.Single(map.Resolve("tcp_sendit", null, null)).ToString());
        Assert.Empty(map.Resolve("tcp_sendit", "other", null));
        Assert.Contains(map.Rows, r => r.Module == "tiny_mod");
        var said = new List<string>();
        SymbolMap.OfKernel(Options with { KernelRelease = "6.1.0-7-tiny", IncludeModules = true, Progress = said.Add });
        Assert.Empty(said);
    }

    [Theory]
    [InlineData("6.1.0-56-amd64", "ID=debian", "linux-image-6.1.0-56-amd64-dbg")]
    [InlineData("6.8.0-31-generic", "ID=ubuntu\nID_LIKE=debian", "linux-image-unsigned-6.8.0-31-generic-dbgsym")]
    [InlineData("6.14.4-300.fc42.x86_64", "ID=fedora", "kernel-debuginfo")]
    [InlineData("6.4.0-150600.21-default", "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"", "kernel-default-debuginfo")]
    [InlineData("6.1.0-56-amd64", "", "linux-image-6.1.0-56-amd64-dbg")]
    public void SaysWhichPackageBringsTheDebugFiles(string release, string osRelease, string package)
    {
        Assert.Contains(package, DebugFiles.Advice(release, osRelease), StringComparison.Ordinal);
        var error = Assert.ThrowsAny<KernelMagnifierException>(() => SymbolMap.OfKernel(Options with { KernelRelease = "0.0.1-nowhere" }));
        Assert.Contains("debug information of this kernel is not on this machine", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("a b; rm")]
    [InlineData("")]
    public void ARememberedReleaseIsNoPath(string release)
        => Assert.Contains("not a kernel release", Assert.ThrowsAny<KernelMagnifierException>(() => SymbolMap.OfKernel(Options with { KernelRelease = release })).Message, StringComparison.Ordinal);

    [ToolFact("gcc", "ld")]
    public void FetchesByBuildIdFromADebuginfodServer()
    {
        var image = _kernel.Build("-gdwarf-5");
        var id = SymbolMap.OfImage(image, Options with { NoCache = true }).BuildId!;
        using var server = new LoopbackServer(path => path == $"/buildid/{id}/debuginfo" ? File.ReadAllBytes(image) : path.EndsWith("/debuginfo", StringComparison.Ordinal) && path.Contains("bad", StringComparison.Ordinal) ? "nonsense"u8.ToArray() : null);
        var options = Options with { KernelRelease = "9.9.9-none", BuildId = id, DebuginfodUrls = $"http://127.0.0.1:1/ {server.Url}" };
        Assert.Equal(id, SymbolMap.OfKernel(options).BuildId);
        Assert.Equal(1, server.Requests);
        SymbolMap.OfKernel(options);
        Assert.Equal(1, server.Requests);
        var error = Assert.ThrowsAny<KernelMagnifierException>(() => SymbolMap.OfKernel(options with { BuildId = new string('1', 40) }));
        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        // What a server sends under a build id that is not its own is not taken.
        error = Assert.ThrowsAny<KernelMagnifierException>(() => SymbolMap.OfKernel(options with { BuildId = new string('b', 40), DebuginfodUrls = server.Url + "/bad" }));
        Assert.Contains("not the file of that build id", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Cache, "debuginfod", new string('b', 40), "debuginfo")));
    }

    [ToolFact("gcc", "ld")]
    public void AMapFileKeepsEverything()
    {
        var made = SymbolMap.OfImage(_kernel.Build("-gdwarf-5"), Options);
        var path = Path.Combine(_kernel.Folder, "symbol-filepath.map");
        made.Save(path);
        var read = SymbolMap.Open(path);
        Assert.Equal(made.Rows.Select(r => $"{r} {r.Module} {r.Address} {r.Size} {r.IsInlined}"), read.Rows.Select(r => $"{r} {r.Module} {r.Address} {r.Size} {r.IsInlined}"));
        Assert.Equal((made.BuildId, made.TextStart), (read.BuildId, read.TextStart));
        made.Save(path, force: true, pathsOnly: true);
        Assert.All(File.ReadLines(path), line => Assert.Equal(2, line.Split('|').Length));
        Assert.DoesNotContain("only_inlined", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [ToolFact("gcc", "ld")]
    public void TheLoadOffsetOfARecordingDecidesWhereItIsKnown()
    {
        var map = SymbolMap.OfImage(_kernel.Build("-gdwarf-5"), Options);
        var start = map.TextStart!.Value;
        Assert.Equal(0xffffffff81000000, start & ~0xffful);
        var (a, b) = (map.Rows.Where(r => r.Function == "show").ToArray()[0], map.Rows.Where(r => r.Function == "show").ToArray()[1]);
        Assert.Equal(0xffffffff9a200000, RecordedKernel.FromKallsyms("0000000000000000 A zero\nffffffff9a200100 T _stext\nffffffff9a200000 T _text\n"u8).TextStart);
        Assert.Equal(0xffffffff9a200100, RecordedKernel.FromKallsyms("ffffffff9a200100 T _stext\n"u8).TextStart);
        var kernel = new RecordedKernel(start + 0x19200000);
        var bound = ((ISourceResolver)map).For(kernel);
        foreach (var row in (SymbolSource[])[a, b])
        {
            Assert.Equal(row.Location, Assert.Single(bound.Resolve("show", null, row.Address + 0x19200000)));
            // At any other offset it is neither, and both are shown.
            Assert.Equal(2, bound.Resolve("show", null, row.Address + 0x19400000).Length);
            // A clone's address says nothing about its origin.
            Assert.Equal(2, bound.Resolve("show.isra.0", null, row.Address + 0x19200000).Length);
        }
        Assert.Null(RecordedKernel.FromKallsyms("0000000000000000 T _text\n0000000000000000 T _stext\n"u8).TextStart);
    }

    [Fact]
    public void AnotherBuildIsSaidNamingBoth()
    {
        var map = new SymbolMap("x.map", [new SymbolSource("a", new SourceLocation("a.c", 1))]) { BuildId = "aa11", KernelRelease = "6.1.0-1" };
        var trace = new TraceInfo("t") { BuildId = "bb22", KernelRelease = "6.1.0-2" };
        var said = map.Mismatch(trace)!;
        foreach (var part in (string[])["aa11", "bb22", "6.1.0-1", "6.1.0-2"]) Assert.Contains(part, said, StringComparison.Ordinal);
        Assert.Null(map.Mismatch(new TraceInfo("t") { BuildId = "AA11", KernelRelease = "6.1.0-2" }));
        Assert.Contains("6.1.0-2", map.Mismatch(new TraceInfo("t") { KernelRelease = "6.1.0-2" }), StringComparison.Ordinal);
        Assert.Null(map.Mismatch(new TraceInfo("t")));
    }

    /// <summary>A web server on the loopback.</summary>
    private sealed class LoopbackServer : IDisposable
    {
        private readonly HttpListener _listener = new();
        private int _requests;

        public LoopbackServer(Func<string, byte[]?> content)
        {
            for (var port = 38000 + Environment.ProcessId % 2000; ; port++)
                try
                {
                    Url = $"http://127.0.0.1:{port}";
                    _listener.Prefixes.Clear();
                    _listener.Prefixes.Add(Url + "/");
                    _listener.Start();
                    break;
                }
                catch (HttpListenerException) when (port < 42000)
                {
                }
            _ = Task.Run(() =>
            {
                while (_listener.IsListening)
                {
                    HttpListenerContext request;
                    try
                    {
                        request = _listener.GetContext();
                    }
                    catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
                    {
                        return;
                    }
                    Interlocked.Increment(ref _requests);
                    var body = content(request.Request.Url!.AbsolutePath);
                    request.Response.StatusCode = body is null ? 404 : 200;
                    if (body is not null) request.Response.OutputStream.Write(body);
                    request.Response.Close();
                }
            });
        }

        public string Url { get; private set; } = "";

        public int Requests => Volatile.Read(ref _requests);

        public void Dispose() => _listener.Close();
    }
}

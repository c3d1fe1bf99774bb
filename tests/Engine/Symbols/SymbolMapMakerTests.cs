using System.Net;
using KernelMagnifier.Model;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Engine.Tests.Symbols;

/// <summary>Finding debug files, the cache, and comparing a map with the kernel of a recording.</summary>
public sealed class SymbolMapMakerTests : IDisposable
{
    private readonly SmallKernel _kernel = new();

    private string Cache => Path.Combine(_kernel.Folder, "cache");

    private SymbolMapOptions Options
        => new() { CacheFolder = Cache, DebugRoots = [Path.Combine(_kernel.Folder, "debug")], DebuginfodUrls = "", Threads = 1 };

    private string[] CacheFiles
        => Directory.Exists(Path.Combine(Cache, "symbols")) ? Directory.GetFiles(Path.Combine(Cache, "symbols")) : [];

    public void Dispose() => _kernel.Dispose();

    private string Put(string image, string place)
    {
        var path = Path.Combine(_kernel.Folder, "debug", place);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(image, path);
        return path;
    }

    [ToolFact("gcc", "ld")]
    public void AMapIsTakenFromTheCacheUntilTheFileChanges()
    {
        var image = _kernel.Build("-gdwarf-5");
        var made = SymbolMap.OfImage(image, Options);
        var file = Assert.Single(CacheFiles);
        Assert.Contains(made.BuildId!, file, StringComparison.Ordinal);
        var steps = new List<string>();
        var cached = SymbolMap.OfImage(image, Options with { Progress = steps.Add });
        Assert.Empty(steps);
        Assert.Equal(made.Rows.Select(r => $"{r} {r.Module} {r.Address} {r.Size} {r.IsInlined}"),
            cached.Rows.Select(r => $"{r} {r.Module} {r.Address} {r.Size} {r.IsInlined}"));
        Assert.Equal((made.BuildId, made.TextStart, made.Count), (cached.BuildId, cached.TextStart, cached.Count));

        File.SetLastWriteTimeUtc(image, DateTime.UtcNow.AddDays(-3));
        SymbolMap.OfImage(image, Options with { Progress = steps.Add });
        Assert.Single(steps);
        SymbolMap.OfImage(image, Options with { Progress = steps.Add });
        Assert.Single(steps);
        SymbolMap.OfImage(image, Options with { NoCache = true, Progress = steps.Add });
        Assert.Equal(2, steps.Count);
        Assert.Single(CacheFiles);
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(Cache, "symbols")));
    }

    [ToolFact("gcc", "ld")]
    public void ADamagedCacheFileIsReplaced()
    {
        var image = _kernel.Build("-gdwarf-5");
        SymbolMap.OfImage(image, Options);
        var file = Assert.Single(CacheFiles);
        var whole = File.ReadAllBytes(file);
        Assert.NotNull(SymbolTable.Open(whole));
        for (var i = 0; i < whole.Length; i += 3)
        {
            var bytes = (byte[])whole.Clone();
            bytes[i] ^= 0x10;
            Assert.Null(SymbolTable.Open(bytes));
            Assert.Null(SymbolTable.Open(whole[..i]));
        }
        File.WriteAllBytes(file, whole[..(whole.Length / 2)]);
        var steps = new List<string>();
        var map = SymbolMap.OfImage(image, Options with { Progress = steps.Add });
        Assert.Equal("net/ipv4/tcp.c:7", Assert.Single(map.Resolve("tcp_sendit", null, null)).ToString());
        Assert.Single(steps);
        Assert.Equal(whole, File.ReadAllBytes(file));
    }

    [ToolFact("gcc", "ld")]
    public void ManyThreadsShareACache()
    {
        var image = _kernel.Build("-gdwarf-5");
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            if (i % 5 == 0) File.WriteAllText(Path.Combine(_kernel.Folder, $"unrelated{i}"), "");
            Assert.Single(SymbolMap.OfImage(image, Options).Resolve("tcp_sendit", null, null));
        });
        Assert.Single(CacheFiles);
    }

    [ToolFact("gcc", "ld")]
    public void AnUnusableCacheDirectoryIsNoError()
    {
        var image = _kernel.Build("-gdwarf-5");
        File.WriteAllText(Path.Combine(_kernel.Folder, "a-file"), "");
        Assert.NotEmpty(SymbolMap.OfImage(image,
            Options with { CacheFolder = Path.Combine(_kernel.Folder, "a-file", "cache") }).Rows);
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
    public void FindsAKernelByItsBuildIdAndRejectsAnother()
    {
        var image = _kernel.Build("-gdwarf-5");
        var id = SymbolMap.OfImage(image, Options).BuildId!;
        Put(image, $".build-id/{id[..2]}/{id[2..]}.debug");
        Assert.Equal(id, SymbolMap.OfKernel(Options with { KernelRelease = "9.9.9-none", BuildId = id }).BuildId);
        var other = new string('0', 40);
        Put(image, "boot/vmlinux-6.1.0-7-tiny");
        var error = Assert.Throws<KernelMagnifierException>(()
            => SymbolMap.OfKernel(Options with { KernelRelease = "6.1.0-7-tiny", BuildId = other }));
        Assert.Equal((ErrorCode.DebugInformationNotFound, "6.1.0-7-tiny"), (error.Code, error.Target));
        Assert.Contains($"build id is {id}, the requested one is {other}", error.Cause, StringComparison.Ordinal);
        error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfImage(image, Options with { BuildId = other }));
        Assert.Equal((ErrorCode.BuildIdMismatch, image), (error.Code, error.Target));
        Assert.Contains($"build id is {id}, the requested one is {other}", error.Cause, StringComparison.Ordinal);
    }

    [ToolFact("gcc", "ld")]
    public void ReadsTheModulesOfAKernel()
    {
        Put(_kernel.Build("-gdwarf-5"), "lib/modules/6.1.0-7-tiny/vmlinux");
        Put(_kernel.Build("-gdwarf-5", relocatable: true), "lib/modules/6.1.0-7-tiny/kernel/net/ipv4/tiny-mod.ko");
        var map = SymbolMap.OfKernel(Options with { KernelRelease = "6.1.0-7-tiny", IncludeModules = true });
        Assert.Equal("net/ipv4/tcp.c:7", Assert.Single(map.Resolve("tcp_sendit", "tiny_mod", null)).ToString());
        Assert.Equal("net/ipv4/tcp.c:7", Assert.Single(map.Resolve("tcp_sendit", null, null)).ToString());
        Assert.Empty(map.Resolve("tcp_sendit", "other", null));
        Assert.Contains(map.Rows, r => r.Module == "tiny_mod");
        var steps = new List<string>();
        SymbolMap.OfKernel(Options with { KernelRelease = "6.1.0-7-tiny", IncludeModules = true, Progress = steps.Add });
        Assert.Empty(steps);
    }

    [Theory]
    [InlineData("6.1.0-56-amd64", "ID=debian", "linux-image-6.1.0-56-amd64-dbg")]
    [InlineData("6.8.0-31-generic", "ID=ubuntu\nID_LIKE=debian", "linux-image-unsigned-6.8.0-31-generic-dbgsym")]
    [InlineData("6.14.4-300.fc42.x86_64", "ID=fedora", "kernel-debuginfo")]
    [InlineData("6.4.0-150600.21-default", "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"", "kernel-default-debuginfo")]
    [InlineData("6.1.0-56-amd64", "", "linux-image-6.1.0-56-amd64-dbg")]
    [InlineData("6.12.48+deb13-cloud-arm64", "ID=fedora", "linux-image-6.12.48+deb13-cloud-arm64-dbg")]
    [InlineData("6.1.0-0.deb11.7-rt-amd64", "ID=debian", "linux-image-6.1.0-0.deb11.7-rt-amd64-dbg")]
    [InlineData("5.14.0-427.13.1.el9_4.x86_64", "ID=rhel", "debuginfo-install kernel-5.14.0-427.13.1.el9_4.x86_64")]
    [InlineData("6.4.0-150600.21-azure", "ID=sles", "kernel-azure-debuginfo")]
    [InlineData("6.14.4-arch1-1", "ID=arch", "debuginfod.archlinux.org")]
    [InlineData("6.18.44-fc-v769", "ID=debian", "No distribution is known")]
    [InlineData("6.2.3", "ID=ubuntu\nID_LIKE=debian", "No distribution is known")]
    public void RecommendsThePackageWithTheDebugFiles(string release, string osRelease, string package)
    {
        Assert.Contains(package, DebugPackage.Recommend(release, osRelease), StringComparison.Ordinal);
        var error = Assert.Throws<KernelMagnifierException>(()
            => SymbolMap.OfKernel(Options with { KernelRelease = "0.0.1-nowhere" }));
        Assert.Equal((ErrorCode.DebugInformationNotFound, "0.0.1-nowhere"), (error.Code, error.Target));
        Assert.Contains("debug information of this kernel is not on this machine", error.Cause, StringComparison.Ordinal);
        Assert.Contains(DebugPackage.Recommend("0.0.1-nowhere"), error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../etc")]
    [InlineData("a b; rm")]
    [InlineData("")]
    public void AReleaseIsNotAPath(string release)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfKernel(Options with { KernelRelease = release }));
        Assert.Equal((ErrorCode.BadRequest, release.Length > 0 ? release : null), (error.Code, error.Target));
        Assert.Contains("kernel release", error.Cause, StringComparison.Ordinal);
    }

    [ToolFact("gcc", "ld")]
    public void FetchesByBuildIdFromADebuginfodServer()
    {
        var image = _kernel.Build("-gdwarf-5");
        var id = SymbolMap.OfImage(image, Options with { NoCache = true }).BuildId!;
        using var server = new LoopbackServer(path
            => path == $"/buildid/{id}/debuginfo" ? File.ReadAllBytes(image)
            : path.StartsWith("/bad/", StringComparison.Ordinal) ? "nonsense"u8.ToArray()
            : null);
        var urls = $"http://127.0.0.1:1/ {server.Url}";
        var options = Options with { KernelRelease = "9.9.9-none", BuildId = id, DebuginfodUrls = urls };
        Assert.Equal(id, SymbolMap.OfKernel(options).BuildId);
        Assert.Equal(1, server.Requests);
        SymbolMap.OfKernel(options);
        Assert.Equal(1, server.Requests);
        var error = Assert.Throws<KernelMagnifierException>(()
            => SymbolMap.OfKernel(options with { BuildId = new string('1', 40) }));
        Assert.Equal(ErrorCode.DebugInformationNotFound, error.Code);
        Assert.Contains("404", error.Cause, StringComparison.Ordinal);
        // A file with another build id than the requested one is not stored.
        error = Assert.Throws<KernelMagnifierException>(()
            => SymbolMap.OfKernel(options with { BuildId = new string('b', 40), DebuginfodUrls = server.Url + "/bad" }));
        Assert.Contains("the received file does not have that build id", error.Cause, StringComparison.Ordinal);
        Assert.Equal([id], Directory.GetFileSystemEntries(Path.Combine(Cache, "debuginfod")).Select(Path.GetFileName));
    }

    [ToolFact("gcc", "ld")]
    public void AMapFileHasAllFields()
    {
        var made = SymbolMap.OfImage(_kernel.Build("-gdwarf-5"), Options);
        var path = Path.Combine(_kernel.Folder, "symbol-filepath.map");
        made.Save(path);
        var read = SymbolMap.Open(path);
        Assert.Equal(made.Rows.Select(r => $"{r} {r.Module} {r.Address} {r.Size} {r.IsInlined}"),
            read.Rows.Select(r => $"{r} {r.Module} {r.Address} {r.Size} {r.IsInlined}"));
        Assert.Equal((made.BuildId, made.TextStart), (read.BuildId, read.TextStart));
        made.Save(path, force: true, pathsOnly: true);
        Assert.All(File.ReadLines(path), line => Assert.Equal(2, line.Split('|').Length));
        Assert.DoesNotContain("only_inlined", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [ToolFact("gcc", "ld")]
    public void AKnownLoadOffsetDistinguishesFunctionsOfOneName()
    {
        var map = SymbolMap.OfImage(_kernel.Build("-gdwarf-5"), Options);
        var start = map.TextStart!.Value;
        Assert.Equal(0xffffffff81000000, start & ~0xffful);
        var rows = map.Rows.Where(r => r.Function == "show").ToArray();
        Assert.Equal(2, rows.Length);
        var kallsyms = "0000000000000000 A zero\nffffffff9a200100 T _stext\nffffffff9a200000 T _text\n"u8;
        Assert.Equal(0xffffffff9a200000, RecordedKernel.FromKallsyms(kallsyms).TextStart);
        Assert.Equal(0xffffffff9a200100, RecordedKernel.FromKallsyms("ffffffff9a200100 T _stext\n"u8).TextStart);
        var kernel = new RecordedKernel(start + 0x19200000);
        var bound = ((ISourceResolver)map).For(kernel);
        foreach (var row in rows)
        {
            Assert.Equal(row.Location, Assert.Single(bound.Resolve("show", null, row.Address + 0x19200000)));
            // At another offset neither matches, and both are candidates.
            Assert.Equal(2, bound.Resolve("show", null, row.Address + 0x19400000).Length);
            // The address of a clone does not identify its origin.
            Assert.Equal(2, bound.Resolve("show.isra.0", null, row.Address + 0x19200000).Length);
        }
        Assert.Null(RecordedKernel.FromKallsyms("0000000000000000 T _text\n0000000000000000 T _stext\n"u8).TextStart);
    }

    [Fact]
    public void AMismatchNamesBothBuilds()
    {
        var row = new SymbolSource("a", new SourceLocation("a.c", 1));
        var map = new SymbolMap("x.map", [row]) { BuildId = "aa11", KernelRelease = "6.1.0-1" };
        var trace = new TraceInfo("t") { BuildId = "bb22", KernelRelease = "6.1.0-2" };
        var warning = map.Mismatch(trace)!;
        foreach (var part in (string[])["aa11", "bb22", "6.1.0-1", "6.1.0-2"])
            Assert.Contains(part, warning, StringComparison.Ordinal);
        Assert.Null(map.Mismatch(new TraceInfo("t") { BuildId = "AA11", KernelRelease = "6.1.0-2" }));
        Assert.Contains("6.1.0-2", map.Mismatch(new TraceInfo("t") { KernelRelease = "6.1.0-2" }), StringComparison.Ordinal);
        Assert.Null(map.Mismatch(new TraceInfo("t")));
    }

    /// <summary>A web server on the loopback interface.</summary>
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

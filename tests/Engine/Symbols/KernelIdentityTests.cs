using KernelMagnifier.Model;
using KernelMagnifier.Symbols;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Engine.Tests.Symbols;

/// <summary>A debug file is that of the kernel that was asked for, and modules are those of the image.</summary>
public sealed class KernelIdentityTests : IDisposable
{
    private const string Release = "6.1.0-7-tiny";

    private readonly SmallKernel _kernel = new();

    private string Root => Path.Combine(_kernel.Folder, "debug");

    private SymbolMapOptions Options => new()
    {
        CacheFolder = Path.Combine(_kernel.Folder, "cache"), DebugRoots = [Root], DebuginfodUrls = "", Threads = 1,
    };

    public void Dispose() => _kernel.Dispose();

    private string Put(string image, string place)
    {
        var path = Path.Combine(Root, place);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(image, path);
        return path;
    }

    [ToolFact("gcc", "ld")]
    public void AnImageAndAModuleSayTheirRelease()
    {
        using (var kernel = ElfFile.Open(_kernel.Build("-gdwarf-5", release: Release))) Assert.Equal(Release, ImageRelease.Of(kernel));
        using (var module = ElfFile.Open(_kernel.Build("-gdwarf-5", relocatable: true, release: Release)))
            Assert.Equal(Release, ImageRelease.Of(module));
        using (var other = ElfFile.Open(_kernel.Build("-gdwarf-5"))) Assert.Null(ImageRelease.Of(other));
    }

    [ToolFact("gcc", "ld")]
    public void AnotherReleaseIsRefusedWithAndWithoutTheCache()
    {
        var image = _kernel.Build("-gdwarf-5", release: Release);
        for (var i = 0; i < 2; i++)
        {
            var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfImage(image, Options with { KernelRelease = "9.9" }));
            Assert.Equal((ErrorCode.KernelReleaseMismatch, image), (error.Code, error.Target));
            Assert.Contains("its release is 6.1.0-7-tiny, the requested one is 9.9", error.Cause, StringComparison.Ordinal);
            Assert.Equal(Release, SymbolMap.OfImage(image, Options).KernelRelease);
        }
    }

    /// <summary>An image that does not say its release has the one that each user gives it.</summary>
    [ToolFact("gcc", "ld")]
    public void TheCacheDoesNotKeepAReleaseThatTheImageDoesNotSay()
    {
        var image = _kernel.Build("-gdwarf-5");
        Assert.Equal("6.1.1", SymbolMap.OfImage(image, Options with { KernelRelease = "6.1.1" }).KernelRelease);
        Assert.Equal("6.1.2", SymbolMap.OfImage(image, Options with { KernelRelease = "6.1.2" }).KernelRelease);
    }

    [ToolFact("gcc", "ld")]
    public void AFileInThePlaceOfAnotherKernelIsRefused()
    {
        Put(_kernel.Build("-gdwarf-5", release: Release), "boot/vmlinux-6.6.6-other");
        var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfKernel(Options with { KernelRelease = "6.6.6-other" }));
        Assert.Equal((ErrorCode.DebugInformationNotFound, "6.6.6-other"), (error.Code, error.Target));
        Assert.Contains("its release is 6.1.0-7-tiny", error.Cause, StringComparison.Ordinal);
    }

    [ToolFact("gcc", "ld")]
    public void ModulesOfAnotherKernelAreLeftOutAndCounted()
    {
        var image = _kernel.Build("-gdwarf-5", release: Release);
        var own = Put(_kernel.Build("-gdwarf-5", relocatable: true, release: Release), "modules/own-mod.ko");
        Put(_kernel.Build("-gdwarf-5", relocatable: true, release: "6.1.0-6-tiny"), "modules/foreign-mod.ko");
        var options = Options with { ModuleFolder = Path.GetDirectoryName(own) };
        var map = SymbolMap.OfImage(image, options);
        Assert.Contains(map.Rows, row => row.Module == "own_mod");
        Assert.DoesNotContain(map.Rows, row => row.Module == "foreign_mod");
        var warning = Assert.Single(map.Warnings);
        Assert.StartsWith("1 of 2 modules belongs to another kernel and was left out. The first: ", warning, StringComparison.Ordinal);
        Assert.Contains("foreign-mod.ko is of kernel 6.1.0-6-tiny, not 6.1.0-7-tiny.", warning, StringComparison.Ordinal);
        // The warning comes again: such a map is not cached.
        Assert.Single(SymbolMap.OfImage(image, options).Warnings);

        File.Delete(own);
        var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfImage(image, options));
        Assert.Equal(ErrorCode.KernelReleaseMismatch, error.Code);
    }

    [ToolFact("gcc", "ld")]
    public void AnotherBuildOfTheRunningReleaseIsAWarning()
    {
        var warnings = SymbolMap.OfImage(_kernel.Build("-gdwarf-5", release: RunningKernel.Release), Options).Warnings;
        if (RunningKernel.BuildId is { } running)
            Assert.Contains($"running kernel is {running}", Assert.Single(warnings), StringComparison.Ordinal);
        else Assert.Empty(warnings);
    }

    [ToolTheory("gcc", "ld")]
    [InlineData("boot/vmlinux-6.1.0-7-tiny")]
    [InlineData("usr/lib/modules/6.1.0-7-tiny/vmlinux.debug")]
    public void AnImageOfAnyReleaseIsFoundByItsBuildId(string place)
    {
        var image = _kernel.Build("-gdwarf-5", release: Release);
        var id = SymbolMap.OfImage(image, Options with { NoCache = true }).BuildId!;
        Put(_kernel.Build("-gdwarf-4", release: Release), "boot/vmlinux-6.1.0-6-tiny");
        Put(_kernel.Build("-gdwarf-5", release: Release), place);
        var map = SymbolMap.OfKernel(Options with { BuildId = id.ToUpperInvariant() });
        Assert.Equal((id, Release), (map.BuildId, map.KernelRelease));
    }

    [Fact]
    public void AnErrorNamesTheKernelThatWasAskedFor()
    {
        var id = new string('a', 40);
        var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfKernel(Options with { BuildId = id }));
        Assert.Equal((ErrorCode.DebugInformationNotFound, $"build id {id}"), (error.Code, error.Target));
        Assert.DoesNotContain(RunningKernel.Release, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("linux-image", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Servers know kernels by their build ids only.</summary>
    [Fact]
    public void ServersThatAreNotAskedAreSaid()
    {
        var options = Options with { KernelRelease = "6.2.3-4-amd64", DebuginfodUrls = "http://127.0.0.1:1" };
        var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfKernel(options));
        Assert.Contains("No debuginfod server was asked: servers find a kernel by its build id", error.Cause, StringComparison.Ordinal);
        Assert.Contains("specify its build id.", error.RecommendedAction, StringComparison.Ordinal);
        error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfKernel(options with { DebuginfodUrls = "" }));
        Assert.DoesNotContain("asked", error.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zzzzzzzz")]
    [InlineData("abcdef")]
    [InlineData("abcdef012")]
    [InlineData("../../etc/passwd0")]
    public void ABuildIdIsChecked(string id)
    {
        foreach (var make in (Action[])[() => SymbolMap.OfKernel(Options with { BuildId = id }), () => SymbolMap.OfImage("/bin/true", Options with { BuildId = id })])
        {
            var error = Assert.Throws<KernelMagnifierException>(make);
            Assert.Equal(ErrorCode.BadRequest, error.Code);
            Assert.Contains($"'{id}' is not a build id", error.Cause, StringComparison.Ordinal);
        }
    }

    /// <summary>Two builds of one release: without build ids, the addresses tell.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(40, true)]
    public void AddressesTellBuildsApart(int moved, bool isAnother)
    {
        var rows = Enumerable.Range(0, 100).Select(i => new SymbolSource($"f{i}", new SourceLocation("a.c", i + 1), "kernel")
        {
            Address = 0xffffffff81000000 + (ulong)i * 64,
        });
        var map = new SymbolMap("x.map", rows) { TextStart = 0xffffffff81000000, KernelRelease = "6.1.0-1" };
        var kallsyms = "ffffffff9a000000 T _text\n" + string.Concat(Enumerable.Range(0, 100)
            .Select(i => $"{0xffffffff9a000000 + (ulong)i * 64 + (i < moved ? 16u : 0u):x} t f{i}\nffffffffc0000000 t f{i}\t[mod]\n"));
        var bytes = System.Text.Encoding.ASCII.GetBytes(kallsyms);
        var resolver = ((ISourceResolver)map).For(RecordedKernel.FromKallsyms(bytes) with { Symbols = bytes });
        var warning = resolver.Mismatch(new TraceInfo("t") { KernelRelease = "6.1.0-1" });
        Assert.Equal(isAnother, warning is not null);
        if (isAnother) Assert.Contains($"{moved} of 100 functions", warning, StringComparison.Ordinal);
        // Equal build ids are certain.
        map = new SymbolMap("x.map", rows) { TextStart = 0xffffffff81000000, BuildId = "aa11" };
        resolver = ((ISourceResolver)map).For(RecordedKernel.FromKallsyms(bytes) with { Symbols = bytes });
        Assert.Null(resolver.Mismatch(new TraceInfo("t") { BuildId = "aa11" }));
    }
}

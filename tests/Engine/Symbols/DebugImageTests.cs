using KernelMagnifier.Symbols;

namespace KernelMagnifier.Engine.Tests.Symbols;

public sealed class DebugImageTests : IDisposable
{
    private static readonly SymbolMapOptions NoCache = new() { NoCache = true, Threads = 2, DebugRoots = [] };

    private readonly SmallKernel _kernel = new();

    public void Dispose() => _kernel.Dispose();

    private static string Places(SymbolMap map, string name, string? module = null, ulong? address = null)
        => string.Join(" ", map.Resolve(name, module, address));

    private static void Check(SymbolMap map, string? module = null, string flags = "", bool listsInlined = true)
    {
        foreach (var (name, place) in SmallKernel.Expected)
            Assert.Equal((name, place, flags), (name, Places(map, name, module), flags));
        // Two functions have one name: the name resolves to both, the address to one.
        Assert.Equal("kernel/sched/core.c:4 net/ipv4/tcp.c:3",
            string.Join(" ", map.Resolve("show", module, null).Select(p => p.ToString()).Order(StringComparer.Ordinal)));
        var rows = map.Rows.Where(r => r.Function == "show").ToList();
        Assert.Equal(2, rows.Count);
        foreach (var row in rows)
        {
            var slide = module is null ? 0x1_2340_0000ul & ~0x1ffffful : 0xffffffffc0400000;
            Assert.Equal(row.Location, Assert.Single(map.Resolve("show", module, row.Address + slide)));
        }
        Assert.Empty(map.Warnings);
        if (!listsInlined) return;
        var inlined = Assert.Single(map.Rows, r => r.Function == "only_inlined");
        Assert.Equal((true, "kernel/sched/core.c:8", null), (inlined.IsInlined, inlined.Location.ToString(), inlined.Address));
        Assert.Empty(map.Resolve("only_inlined", module, null));
    }

    [ToolTheory("gcc", "ld")]
    [InlineData("-gdwarf-5")]
    [InlineData("-gdwarf-4")]
    [InlineData("-gdwarf-3")]
    [InlineData("-gdwarf-2")]
    [InlineData("-gdwarf-5 -gz=zlib")]
    [InlineData("-gdwarf-4 -gz=zlib-gnu")]
    [InlineData("-gdwarf-5 -gdwarf64")]
    [InlineData("-gdwarf-4 -fdebug-types-section")]
    [InlineData("-gdwarf-5 -fdebug-types-section")]
    public void ReadsFilesOfGcc(string flags) => Check(SymbolMap.OfImage(_kernel.Build(flags), NoCache), flags: flags);

    [ToolTheory("clang", "ld")]
    [InlineData("-gdwarf-5")]
    [InlineData("-gdwarf-4")]
    public void ReadsFilesOfClang(string flags) => Check(SymbolMap.OfImage(_kernel.Build(flags, "clang"), NoCache), flags: flags);

    [ToolTheory("aarch64-linux-gnu-gcc")]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsArm64(bool relocatable)
    {
        using var kernel = new SmallKernel(arm64: true);
        Check(SymbolMap.OfImage(kernel.Build("-gdwarf-5", "aarch64-linux-gnu-gcc", relocatable: relocatable), NoCache),
            relocatable ? "tiny_mod" : null);
    }

    [ToolTheory("gcc", "ld")]
    [InlineData("-gdwarf-5")]
    [InlineData("-gdwarf-4")]
    [InlineData("-gdwarf-5 -gz=zlib")]
    public void AppliesRelocationsOfAModule(string flags)
        => Check(SymbolMap.OfImage(_kernel.Build(flags, relocatable: true), NoCache), "tiny_mod", flags);

    [ToolTheory("clang", "ld")]
    [InlineData("-gdwarf-5")]
    public void AppliesRelocationsOfAModuleOfClang(string flags)
        => Check(SymbolMap.OfImage(_kernel.Build(flags, "clang", relocatable: true), NoCache), "tiny_mod", flags);

    [ToolTheory("gcc", "ld")]
    [InlineData("absolute", "-gdwarf-5")]
    [InlineData("absolute", "-gdwarf-4")]
    [InlineData("out", "-gdwarf-5")]
    [InlineData("out", "-gdwarf-4")]
    [InlineData("mapped", "-gdwarf-5")]
    [InlineData("mapped", "-gdwarf-4")]
    public void ShowsPathsRelativeToTheRootOfTheSource(string from, string flags)
        => Check(SymbolMap.OfImage(_kernel.Build(flags, from: from), NoCache), flags: from + flags);

    [ToolTheory("gcc", "ld", "objcopy")]
    [InlineData("--compress-debug-sections=zstd")]
    [InlineData("--compress-debug-sections=zlib-gabi")]
    [InlineData("--compress-debug-sections=zlib-gnu")]
    [InlineData("--only-keep-debug")]
    [InlineData("--strip-unneeded-symbol=show")]
    public void ReadsFilesOfObjcopy(string options)
    {
        var image = _kernel.Build("-gdwarf-5");
        SmallKernel.Run(_kernel.Folder, "objcopy", $"{options} {image} {image}.debug");
        Check(SymbolMap.OfImage(image + ".debug", NoCache), flags: options);
    }

    [ToolFact("gcc", "ld", "objcopy")]
    public void FunctionsWithoutSymbolsAreFoundInTheDebugInformation()
    {
        var image = _kernel.Build("-gdwarf-5");
        SmallKernel.Run(_kernel.Folder, "objcopy", $"--remove-section=.symtab {image} {image}.nosym");
        var map = SymbolMap.OfImage(image + ".nosym", NoCache);
        foreach (var (name, place) in SmallKernel.Expected.Where(e => e.Name != "__x64_sys_tiny"))
            Assert.Equal((name, place), (name, Places(map, name)));
    }

    [ToolTheory("gcc", "ld", "dwz")]
    [InlineData("-gdwarf-4")]
    [InlineData("-gdwarf-5")]
    public void FollowsReferencesToPartialUnitsAndTheSupplementaryFileOfDwz(string flags)
    {
        var first = _kernel.Build(flags);
        var second = Path.Combine(_kernel.Folder, "vmlinux2");
        File.Copy(first, second);
        SmallKernel.Run(_kernel.Folder, "dwz", $"-l none -L none {first}");
        Check(SymbolMap.OfImage(first, NoCache), flags: "dwz " + flags);
        File.Copy(second, first, true);
        SmallKernel.Run(_kernel.Folder, "dwz", $"-l none -L none -m {_kernel.Folder}/common.debug {first} {second}");
        if (!File.Exists(_kernel.Folder + "/common.debug")) return;
        // Functions that are inlined everywhere may be described only in the supplementary file, whose functions are not listed.
        Check(SymbolMap.OfImage(first, NoCache), flags: "dwz -m " + flags, listsInlined: false);
        // A missing supplementary file is a warning.
        File.Delete(_kernel.Folder + "/common.debug");
        var map = SymbolMap.OfImage(first, NoCache);
        Assert.Contains("supplementary debug file", Assert.Single(map.Warnings), StringComparison.Ordinal);
    }

    [ToolFact("gcc", "ld")]
    public void SplitDebugInformationIsAnError()
    {
        var error = Assert.Throws<KernelMagnifierException>(()
            => SymbolMap.OfImage(_kernel.Build("-gdwarf-5 -gsplit-dwarf"), NoCache));
        Assert.Equal(ErrorCode.DebugInformationUnreadable, error.Code);
        Assert.Contains("split debug information", error.Cause, StringComparison.Ordinal);
        Assert.Contains("CONFIG_DEBUG_INFO_SPLIT", error.RecommendedAction, StringComparison.Ordinal);
    }

    [ToolFact("gcc", "ld", "strip")]
    public void AFileThatIsNotAKernelIsAnError()
    {
        var image = _kernel.Build("-gdwarf-5");
        SmallKernel.Run(_kernel.Folder, "strip", $"-g {image} -o {image}.stripped");
        CheckError(ErrorCode.DebugInformationUnreadable, image + ".stripped", "stripped");
        foreach (var (content, word) in ((byte[], string)[])[([], "empty"),
            ("MZ is a boot image of a kernel.................................."u8.ToArray(), "a boot image"),
            ([0x1f, 0x8b, 8], "compressed"), ("hello"u8.ToArray(), "not an ELF"),
            ([0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 1], "32-bit"),
            ([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 2], "big-endian"),
            ([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1], "truncated")])
        {
            File.WriteAllBytes(image + ".foreign", content);
            CheckError(ErrorCode.DebugInformationUnreadable, image + ".foreign", word);
        }
        CheckError(ErrorCode.DebugInformationUnreadable, _kernel.Folder, "directory");
        CheckError(ErrorCode.DebugInformationNotFound, image + ".none", "no such file");

        static void CheckError(ErrorCode code, string path, string cause)
        {
            var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfImage(path, NoCache));
            Assert.Equal((code, path), (error.Code, error.Target));
            Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
            Assert.NotNull(error.RecommendedAction);
        }
    }

    [ToolTheory("gcc", "ld")]
    [InlineData("-gdwarf-5", false)]
    [InlineData("-gdwarf-4", false)]
    [InlineData("-gdwarf-5 -gz=zlib", false)]
    [InlineData("-gdwarf-5", true)]
    public void DamageIsAlwaysADebugInformationError(string flags, bool relocatable)
    {
        var image = _kernel.Build(flags, relocatable: relocatable);
        var whole = File.ReadAllBytes(image);
        var target = image + ".damaged.ko";
        // KM_FUZZ_CASES runs more.
        var cases = int.TryParse(Environment.GetEnvironmentVariable("KM_FUZZ_CASES"), out var count) ? count : 600;
        var random = new Random(20250401);
        var (good, bad) = (0, 0);
        for (var i = 0; i < cases; i++)
        {
            var bytes = (byte[])whole.Clone();
            switch (i % 4)
            {
                case 0:
                    bytes = bytes[..random.Next(bytes.Length)];
                    break;
                case 1:
                    for (var n = random.Next(1, 20); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    break;
                case 2:
                    // Extreme numbers in place of lengths and offsets.
                    for (var n = random.Next(1, 6); n > 0; n--)
                        BitConverter.TryWriteBytes(bytes.AsSpan(random.Next(bytes.Length - 8)),
                            random.Next(3) switch
                            {
                                0 => ulong.MaxValue,
                                1 => 0x7fffffff_7fffffff,
                                _ => (ulong)random.NextInt64(),
                            });
                    break;
                default:
                    var (from, to, length) = (random.Next(bytes.Length), random.Next(bytes.Length), random.Next(1, 400));
                    length = Math.Min(length, bytes.Length - Math.Max(from, to));
                    bytes.AsSpan(from, length).CopyTo(bytes.AsSpan(to));
                    break;
            }
            File.WriteAllBytes(target, bytes);
            try
            {
                var map = SymbolMap.OfImage(target, NoCache);
                Assert.True(map.Rows.Count > 0);
                good++;
            }
            catch (KernelMagnifierException error)
            {
                Assert.Equal(ErrorCode.DebugInformationUnreadable, error.Code);
                bad++;
            }
        }
        Assert.True(good > 0 && bad > 0, $"{good} read, {bad} refused");
    }

    [ToolFact("gcc", "ld", "objcopy")]
    public void ACompressionBombIsAnError()
    {
        // 256 MB of zeros as .debug_str, compressed to a quarter of a megabyte.
        var image = _kernel.Build("-gdwarf-5");
        var zeros = Path.Combine(_kernel.Folder, "zeros");
        using (var file = File.Create(zeros)) file.SetLength(256 << 20);
        SmallKernel.Run(_kernel.Folder, "objcopy", $"--update-section .debug_str={zeros} {image} {image}.large");
        File.Delete(zeros);
        SmallKernel.Run(_kernel.Folder, "objcopy", $"--compress-debug-sections=zlib-gabi {image}.large {image}.bomb");
        var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfImage(image + ".bomb", NoCache));
        Assert.Equal(ErrorCode.DebugInformationUnreadable, error.Code);
        Assert.Contains("too many for a file", error.Cause, StringComparison.Ordinal);
    }
}

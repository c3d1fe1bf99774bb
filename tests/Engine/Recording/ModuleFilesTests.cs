using KernelMagnifier.Model;
using KernelMagnifier.Recording;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Engine.Tests.Recording;

/// <summary>Names that cannot be traced because their module is not loaded.</summary>
public sealed class ModuleFilesTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("km-modules-").FullName;

    public ModuleFilesTests()
    {
        File.WriteAllText(Path.Combine(_folder, "modules.dep"),
            "kernel/fs/xfs/xfs.ko.xz: kernel/lib/libcrc32c.ko.xz\nkernel/net/netfilter/nf-tables.ko:\n");
        File.WriteAllText(Path.Combine(_folder, "modules.builtin"), "kernel/fs/binfmt_script.ko\n");
        File.WriteAllText(Path.Combine(_folder, "modules.symbols"),
            "# Aliases for symbols\nalias symbol:nft_do_chain nf_tables\nalias symbol:jbd2_journal_stop jbd2\n");
    }

    public void Dispose()
    {
        _fake.Dispose();
        Directory.Delete(_folder, true);
    }

    private KernelMagnifierException Fails(RecordingRequest request)
    {
        var modules = new ModuleFiles(_folder, "ext4 1 0 - Live 0x0\njbd2 1 0 - Live 0x0\nquiet 1 0 - Live 0x0\n"u8.ToArray());
        return Assert.Throws<KernelMagnifierException>(() => FunctionSet.Read(_fake.TraceFs, false, modules).Choose(request));
    }

    [Theory]
    [InlineData("nft_do_chain")]
    [InlineData("nft_do_*")]
    public void The_module_of_an_exported_function_is_named(string name)
    {
        var error = Fails(new RecordingRequest { Path = "x", Function = [name] });
        Assert.Equal((ErrorCode.UnknownFunction, $"{name}: no traceable function has this name. It is in the module nf_tables, "
            + "which is not loaded. Load it first: modprobe nf_tables"), (error.Code, error.Message));
    }

    [Fact]
    public void The_module_of_any_function_is_known_to_a_symbol_map()
    {
        var map = new SymbolMap("map",
        [
            new SymbolSource("xfs_file_open", new SourceLocation("fs/xfs/xfs_file.c", 1), "xfs"),
            new SymbolSource("ext4_gone", new SourceLocation("fs/ext4/file.c", 1), "ext4"),
        ]);
        Assert.Equal("xfs_file_open: no traceable function has this name. It is in the module xfs, which is not loaded. "
            + "Load it first: modprobe xfs",
            Fails(new RecordingRequest { Path = "x", Function = ["xfs_file_open"], SourceResolver = map }).Message);
        var excluded = new RecordingRequest { Path = "x", ExcludeFunction = ["ext4_gone"], SourceResolver = map };
        Assert.Contains("inlined functions", Fails(excluded).Message, StringComparison.Ordinal);
    }

    /// <summary>jbd2 is loaded, so the module is not the reason.</summary>
    [Fact]
    public void A_loaded_module_is_not_the_reason()
        => Assert.Contains("inlined functions",
            Fails(new RecordingRequest { Path = "x", Function = ["jbd2_journal_stop"] }).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("xfs", "this module is not loaded. Load it first: modprobe xfs")]
    [InlineData("nf-tables", "this module is not loaded. Load it first: modprobe nf-tables")]
    [InlineData("binfmt_script",
        "this module is built into the kernel. Use the module 'kernel', and select its functions by name or source path.")]
    [InlineData("quiet", "this module is loaded, but none of its functions can be traced. available_filter_functions in tracefs "
        + "lists the functions that can be traced, with their modules.")]
    public void A_module_without_traceable_functions(string name, string message)
    {
        var error = Fails(new RecordingRequest { Path = "x", Module = [name] });
        Assert.Equal((ErrorCode.UnknownModule, $"{name}: {message}"), (error.Code, error.Message));
    }
}

using System.Collections.Immutable;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;
using KernelMagnifier.Text;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class ChoosingTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();

    public void Dispose() => _fake.Dispose();

    private static RecordingRequest Ask => new() { Path = "x.dat" };

    private List<string>? Choose(RecordingRequest asked) => FunctionSet.Read(_fake.TraceFs, true).Choose(asked)?.ConvertAll(f => f.Name);

    [Fact]
    public void All_functions_need_no_list() => Assert.Null(Choose(Ask));

    [Fact]
    public void Functions_by_name_and_wildcard_less_those_left_out()
    {
        Assert.Equal(["vfs_read", "tcp_sendmsg", "tcp_v4_rcv"], Choose(Ask with { Function = ["tcp_*", "vfs_read"] }));
        Assert.Equal(["tcp_sendmsg"], Choose(Ask with { Function = ["tcp_*"], ExcludeFunction = ["*_rcv"] }));
        Assert.Equal(["show", "show"], Choose(Ask with { Function = ["show"] }));
    }

    [Fact]
    public void Functions_by_module()
    {
        Assert.Equal(["ext4_file_open"], Choose(Ask with { Module = ["ext4"] }));
        Assert.Equal(["ext4_file_open", "jbd2_commit"], Choose(Ask with { ExcludeModule = ["kernel"] }));
        Assert.Equal(["vfs_read", "vfs_write"], Choose(Ask with { Module = ["kernel"], Function = ["vfs_*"] }));
    }

    [Fact]
    public void Of_functions_that_share_a_name_the_address_tells_the_one_of_the_path()
    {
        var asked = Ask with { SourcePath = ["drivers/"], SourceResolver = new Resolver() };
        var chosen = Assert.Single(FunctionSet.Read(_fake.TraceFs, true).Choose(asked)!);
        Assert.Equal((6, "show"), (chosen.Index, chosen.Name));
        Assert.Equal(["tcp_sendmsg", "tcp_v4_rcv"], Choose(Ask with { SourcePath = ["net/ipv4/*"], SourceResolver = new Resolver() }));
        Assert.Equal(["tcp_v4_rcv"], Choose(Ask with { SourcePath = ["net/"], ExcludeSourcePath = ["net/ipv4/tcp.c"], SourceResolver = new Resolver() }));
    }

    [Fact]
    public void Indices_are_what_the_kernel_is_given()
        => Assert.Equal("3\n4\n", FunctionSet.ToIndices(FunctionSet.Read(_fake.TraceFs, false).Choose(Ask with { Function = ["tcp_*"] })!));

    [Fact]
    public void Names_are_given_once_where_the_kernel_takes_no_indices()
        => Assert.Equal("tcp_sendmsg\ntcp_v4_rcv\nshow\n", FunctionSet.ToNames(FunctionSet.Read(_fake.TraceFs, false).Choose(Ask with { Function = ["tcp_*", "show"] })!));

    [Fact]
    public void Only_the_nearest_names_are_suggested()
    {
        Assert.Equal(["vfs_read"], Nearest.To("vfs_raed", ["vfs_read", "vcs_read", "vfs_readv"]));
        Assert.Equal(["tcp_rend", "tcp_send"], Nearest.To("tcp_xend", ["tcp_send", "tcp_rend", "tcp_recv", "udp_send"]));
        Assert.Equal(["schedule", "__schedule", "schedule_idle"], Nearest.To("schedule*", ["schedule_idle", "__schedule", "vfs_read", "schedule"]));
        Assert.Empty(Nearest.To("qqqq", ["vfs_read"]));
    }

    [Fact]
    public void Errors_name_the_nearest()
    {
        Says(ErrorCode.UnknownFunction, "No function that can be traced is called 'vfs_raed'. Did you mean vfs_read? A function the compiler has inlined, or of a module that is not loaded, is not there.",
            Ask with { Function = ["vfs_raed"] });
        Says(ErrorCode.UnknownFunction, "No function that can be traced is called 'qqqq*'. A function the compiler has inlined, or of a module that is not loaded, is not there.",
            Ask with { Function = ["qqqq*"] });
        Says(ErrorCode.UnknownModule, "No loaded module is called 'exts4', or it has no function that can be traced. Did you mean ext4? 'kernel' stands for everything built in; modprobe loads a module.",
            Ask with { Module = ["exts4"] });
        Says(ErrorCode.NothingToRecord, "No function passes all filters together (function tcp_*, module ext4). Leave one of them out.",
            Ask with { Function = ["tcp_*"], Module = ["ext4"] });
        Says(ErrorCode.BadRequest, "A source path was asked for, but no symbol map is there to tell which functions are defined where. Make one with Get-KmSymbolMap (or kernel-magnifier generate-symbol-map) and give it along.",
            Ask with { SourcePath = ["net/"] });
    }

    [Fact]
    public void Events_by_name_wildcard_and_system_each_once_with_its_filter()
    {
        Assert.Equal(["sched:sched_switch", "sched:sched_wakeup", "irq:irq_handler_entry"],
            EventSet.Choose(_fake.TraceFs, ["sched:*", "irq", "sched_switch"]).Select(e => $"{e.System}:{e.Name}"));
        Assert.Equal("prev_pid == 7", Assert.Single(EventSet.Choose(_fake.TraceFs, ["sched:sched_switch{prev_pid == 7}"])).Filter);
        var error = Assert.Throws<RecordingException>(() => EventSet.Choose(_fake.TraceFs, ["sched:sched_swich"]));
        Assert.Equal((ErrorCode.UnknownEvent, "This kernel has no event 'sched:sched_swich'. Did you mean sched:sched_switch? Events are named system:event, with wildcards; available_events in tracefs lists them."),
            (error.Code, error.Message));
        Assert.Equal(ErrorCode.BadRequest, Assert.Throws<RecordingException>(() => EventSet.Choose(_fake.TraceFs, ["sched:*{a"])).Code);
    }

    [Theory]
    [InlineData("1", "0")]
    [InlineData("3", "0-1")]
    [InlineData("f0", "4-7")]
    [InlineData("0xff", "0-7")]
    [InlineData("1,00000001", "0,32")]
    public void Masks(string mask, string list)
    {
        Assert.True(CpuList.TryParseMask(mask, out var cpus));
        Assert.Equal(list, CpuList.ToList(cpus));
        Assert.True(CpuList.TryParse(list, out var again));
        Assert.Equal(cpus, again);
        Assert.True(CpuList.TryParseMask(CpuList.ToMask(cpus), out again));
        Assert.Equal(cpus, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("g")]
    [InlineData("1,123456789")]
    public void No_masks(string text) => Assert.False(CpuList.TryParseMask(text, out _));

    [Theory]
    [InlineData("64MB", 64L << 20)]
    [InlineData("1.5G", 3L << 29)]
    [InlineData("4096", 4096)]
    [InlineData("10 kb", 10240)]
    public void Sizes_as_people_write_them(string text, long bytes)
    {
        Assert.True(Sizes.TryParse(text, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MB")]
    [InlineData("-1K")]
    [InlineData("5 apples")]
    [InlineData("99999999T")]
    public void No_sizes(string text) => Assert.False(Sizes.TryParse(text, out _));

    private void Says(ErrorCode code, string message, RecordingRequest asked)
    {
        var error = Assert.Throws<RecordingException>(() => Choose(asked));
        Assert.Equal((code, message), (error.Code, error.Message));
    }

    private sealed class Resolver : ISourceResolver
    {
        public ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address) => name switch
        {
            "tcp_sendmsg" => [new SourceLocation("net/ipv4/tcp.c", 1)],
            "tcp_v4_rcv" => [new SourceLocation("net/ipv4/tcp_ipv4.c", 2)],
            "show" => [new SourceLocation(address == 0xffffffff81000060 ? "drivers/base/core.c" : "fs/sysfs/file.c", 3)],
            _ => [],
        };
    }
}

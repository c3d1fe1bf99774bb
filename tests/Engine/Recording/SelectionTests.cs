using System.Collections.Immutable;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class SelectionTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();

    public void Dispose() => _fake.Dispose();

    private static RecordingRequest All => new() { Path = "x.dat" };

    private List<string>? Choose(RecordingRequest request)
        => FunctionSet.Read(_fake.TraceFs, true).Choose(request)?.ConvertAll(f => f.Name);

    [Fact]
    public void All_functions_need_no_list() => Assert.Null(Choose(All));

    [Fact]
    public void Functions_by_name_and_wildcard_without_the_excluded_ones()
    {
        Assert.Equal(["vfs_read", "tcp_sendmsg", "tcp_v4_rcv"], Choose(All with { Function = ["tcp_*", "vfs_read"] }));
        Assert.Equal(["tcp_sendmsg"], Choose(All with { Function = ["tcp_*"], ExcludeFunction = ["*_rcv"] }));
        Assert.Equal(["show", "show"], Choose(All with { Function = ["show"] }));
    }

    [Fact]
    public void Functions_by_module()
    {
        Assert.Equal(["ext4_file_open"], Choose(All with { Module = ["ext4"] }));
        Assert.Equal(["ext4_file_open", "jbd2_commit"], Choose(All with { ExcludeModule = ["kernel"] }));
        Assert.Equal(["vfs_read", "vfs_write"], Choose(All with { Module = ["kernel"], Function = ["vfs_*"] }));
    }

    [Fact]
    public void Of_functions_with_the_same_name_the_address_identifies_the_one_of_the_path()
    {
        var request = All with { SourcePath = ["drivers/"], SourceResolver = new Resolver() };
        var chosen = Assert.Single(FunctionSet.Read(_fake.TraceFs, true).Choose(request)!);
        Assert.Equal((6, "show"), (chosen.Index, chosen.Name));
        Assert.Equal(["tcp_sendmsg", "tcp_v4_rcv"],
            Choose(All with { SourcePath = ["net/ipv4/*"], SourceResolver = new Resolver() }));
        Assert.Equal(["tcp_v4_rcv"],
            Choose(All with { SourcePath = ["net/"], ExcludeSourcePath = ["net/ipv4/tcp.c"], SourceResolver = new Resolver() }));
    }

    [Fact]
    public void Functions_are_passed_to_the_kernel_by_index()
        => Assert.Equal("3\n4\n",
            FunctionSet.ToIndices(FunctionSet.Read(_fake.TraceFs, false).Choose(All with { Function = ["tcp_*"] })!));

    [Fact]
    public void Names_are_passed_once_where_the_kernel_accepts_no_indices()
        => Assert.Equal("tcp_sendmsg\ntcp_v4_rcv\nshow\n",
            FunctionSet.ToNames(FunctionSet.Read(_fake.TraceFs, false).Choose(All with { Function = ["tcp_*", "show"] })!));

    [Fact]
    public void Errors_suggest_the_closest_names()
    {
        AssertError(ErrorCode.UnknownFunction,
            "vfs_raed: no traceable function has this name. Did you mean vfs_read? available_filter_functions in tracefs lists "
                + "the functions; inlined functions and functions of modules that are not loaded cannot be traced.",
            All with { Function = ["vfs_raed"] });
        AssertError(ErrorCode.UnknownFunction,
            "qqqq*: no traceable function has this name. available_filter_functions in tracefs lists the functions; inlined "
                + "functions and functions of modules that are not loaded cannot be traced.",
            All with { Function = ["qqqq*"] });
        AssertError(ErrorCode.UnknownModule,
            "exts4: no loaded module of this name has functions that can be traced. Did you mean ext4? Load the module with "
                + "modprobe, or use 'kernel' for the functions that are built in.",
            All with { Module = ["exts4"] });
        AssertError(ErrorCode.NothingToRecord,
            "No function passes all filters together (function tcp_*, module ext4). Remove one of the filters.",
            All with { Function = ["tcp_*"], Module = ["ext4"] });
        AssertError(ErrorCode.NeedsSymbolMap,
            "A filter by source path needs a symbol map, which lists the source file of each function. Provide a symbol map.",
            All with { SourcePath = ["net/"] });
    }

    [Fact]
    public void Events_by_name_wildcard_and_system_each_once_with_its_filter()
    {
        Assert.Equal(["sched:sched_switch", "sched:sched_wakeup", "irq:irq_handler_entry"],
            EventSet.Read(_fake.TraceFs).Choose(["sched:*", "irq", "sched_switch"]).Select(e => $"{e.System}:{e.Name}"));
        Assert.Equal("prev_pid == 7",
            Assert.Single(EventSet.Read(_fake.TraceFs).Choose(["sched:sched_switch{prev_pid == 7}"])).Filter);
        var error = Assert.Throws<KernelMagnifierException>(() => EventSet.Read(_fake.TraceFs).Choose(["sched:sched_swich"]));
        Assert.Equal((ErrorCode.UnknownEvent,
            "sched:sched_swich: this kernel has no such event. Did you mean sched:sched_switch? Name events as system:event, "
                + "with wildcards; available_events in tracefs lists them."),
            (error.Code, error.Message));
        Assert.Equal(ErrorCode.BadRequest,
            Assert.Throws<KernelMagnifierException>(() => EventSet.Read(_fake.TraceFs).Choose(["sched:*{a"])).Code);
    }

    private void AssertError(ErrorCode code, string message, RecordingRequest request)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => Choose(request));
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

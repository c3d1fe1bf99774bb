using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

/// <summary>
/// A directory of plain files with the names of tracefs. Settings keep what is written to them and have no effect.
/// </summary>
internal sealed class FakeTraceFs : IDisposable
{
    public FakeTraceFs()
    {
        Folder = Directory.CreateTempSubdirectory("km-tracefs-").FullName;
        this["README"] = "tracing mini-HOWTO:";
        this["available_tracers"] = "function_graph function nop";
        this["current_tracer"] = "nop";
        this["tracing_on"] = "1";
        this["trace_clock"] = "[local] global counter mono";
        this["buffer_size_kb"] = "7 (expanded: 1408)";
        this["set_ftrace_filter"] = "#### all functions enabled ####";
        this["set_ftrace_pid"] = "no pid";
        this["set_event"] = "";
        this["available_filter_functions"]
            = "vfs_read\nvfs_write\ntcp_sendmsg\ntcp_v4_rcv\nshow\nshow\next4_file_open [ext4]\njbd2_commit [jbd2]\n";
        this["available_filter_functions_addrs"] =
            "ffffffff81000010 vfs_read\nffffffff81000020 vfs_write\nffffffff81000030 tcp_sendmsg\nffffffff81000040 "
                + "tcp_v4_rcv\nffffffff81000050 show\nffffffff81000060 show\nffffffffc0000010 ext4_file_open "
                    + "[ext4]\nffffffffc0000020 jbd2_commit [jbd2]\n";
        this["available_events"] = "sched:sched_switch\nsched:sched_wakeup\nirq:irq_handler_entry\n";
        Directory.CreateDirectory(Path.Combine(Folder, "instances"));
        TraceFs = new TraceFs(Folder);
    }

    public string Folder { get; }

    public TraceFs TraceFs { get; }

    public string this[string name]
    {
        get => File.ReadAllText(Path.Combine(Folder, name)).TrimEnd('\n');
        set
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, name))!);
            File.WriteAllText(Path.Combine(Folder, name), value.TrimEnd('\n') + "\n");
        }
    }

    public Dictionary<string, string> Dump()
        => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).ToDictionary(f => f, File.ReadAllText);

    public void Dispose() => Directory.Delete(Folder, true);
}

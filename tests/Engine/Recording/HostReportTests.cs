using KernelMagnifier.Native;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class HostReportTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();

    public void Dispose() => _fake.Dispose();

    private HostReport Inspect(string lockDown = "/nowhere", bool isRoot = true)
        => HostReport.Inspect(_fake.Folder, isRoot, lockDown);

    [Fact]
    public void A_machine_that_can_record()
    {
        var report = Inspect();
        Assert.True(report.CanRecord);
        Assert.True(report is { FunctionTracer: true, FunctionGraphTracer: true, Instances: true });
        Assert.Equal((8, 3, "nop"), (report.Functions, report.Events, report.CurrentTracer));
        Assert.Equal(["local", "global", "counter", "mono"], report.Clocks);
        Assert.Empty(report.Problems);
    }

    [Fact]
    public void Locked_down()
    {
        var file = Path.Combine(_fake.Folder, "lockdown");
        File.WriteAllText(file, "none integrity [confidentiality]\n");
        var problem = Assert.Single(Inspect(file).Problems);
        Assert.Equal((ErrorCode.KernelLockedDown, true), (problem.Code, problem.IsFatal));
        Assert.Equal("This kernel is locked down (confidentiality) and provides no traces, not even to root. Record on a machine "
            + "whose kernel is not locked down. On your own machine, boot without lockdown=confidentiality on the kernel command "
                + "line, or set the lockdown of Secure Boot to integrity.", problem.Message);
        File.WriteAllText(file, "none [integrity] confidentiality\n");
        Assert.True(Inspect(file).CanRecord);
    }

    [Fact]
    public void Locked_down_from_boot_tracefs_is_empty()
    {
        var empty = Directory.CreateTempSubdirectory("km-empty-").FullName;
        try
        {
            Assert.Equal(HostReport.LockedDown(null),
                Assert.Single(HostReport.Inspect(empty, isRoot: true, "/nowhere").Problems));
            var file = Path.Combine(_fake.Folder, "lockdown");
            File.WriteAllText(file, "none integrity [confidentiality]\n");
            Assert.Equal(HostReport.LockedDown("confidentiality"),
                Assert.Single(HostReport.Inspect(empty, isRoot: true, file).Problems));
        }
        finally
        {
            Directory.Delete(empty);
        }
    }

    [Fact]
    public void No_tracefs()
    {
        var report = HostReport.Inspect(null, isRoot: true, "/nowhere");
        Assert.False(report.CanRecord);
        Assert.Equal(ErrorCode.NoTraceFs, Assert.Single(report.Problems).Code);
    }

    [Fact]
    public void Not_root()
    {
        var problem = Assert.Single(HostReport.Inspect("/nowhere", isRoot: false, "/nowhere").Problems);
        Assert.Equal((ErrorCode.NotRoot,
            "Recording needs root: only root can read tracefs. Run it with sudo, or give a group access to tracefs: mount -o "
                + "remount,gid=GROUP /sys/kernel/tracing"), (problem.Code, problem.Message));
    }

    [Fact]
    public void Tracers_not_built_in()
    {
        _fake["available_tracers"] = "blk function nop";
        var problem = Assert.Single(Inspect().Problems);
        Assert.Equal((ErrorCode.TracerNotBuiltIn, false), (problem.Code, problem.IsFatal));
        Assert.Equal("This kernel has no tracer 'function_graph': it was built without CONFIG_FUNCTION_GRAPH_TRACER. Available "
            + "are: blk function nop. Boot a kernel that was built with it, or record events, which need no "
                + "tracer.", problem.Message);
        _fake["available_tracers"] = "nop";
        Assert.True(Inspect().CanRecord); // events still can
        _fake["available_events"] = "";
        File.WriteAllText(Path.Combine(_fake.Folder, "available_events"), "");
        Assert.False(Inspect().CanRecord);
    }

    [Fact]
    public void A_tracer_of_another_user_is_reported()
    {
        _fake["current_tracer"] = "function_graph";
        var report = Inspect();
        Assert.True(report.CanRecord);
        Assert.Equal(ErrorCode.TracerInUse, Assert.Single(report.Problems).Code);
    }

    /// <summary>The kernel that runs the tests is never traced.</summary>
    [LockedDownFact]
    public void This_machine_is_locked_down()
    {
        var report = HostReport.Inspect();
        Assert.False(report.CanRecord);
        var problem = Assert.Single(report.Problems);
        Assert.Equal(ErrorCode.KernelLockedDown, problem.Code);
        Assert.Equal(HostReport.LockedDown(report.LockDown), problem);
        var folder = Directory.CreateTempSubdirectory("km-locked-").FullName;
        try
        {
            var request = new RecordingRequest { Path = Path.Combine(folder, "x.dat"), Duration = TimeSpan.FromSeconds(1) };
            var error = Assert.Throws<KernelMagnifierException>(() => Recorder.Start(request));
            Assert.Equal((ErrorCode.KernelLockedDown, problem.Message), (error.Code, error.Message));
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder);
        }
    }
}

/// <summary>A test that runs as root on a kernel that is locked down.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LockedDownFactAttribute : FactAttribute
{
    public LockedDownFactAttribute()
    {
        var error = TraceFs.ReadBytes("/sys/kernel/tracing/available_filter_functions").Error;
        if (!Environment.IsPrivilegedProcess) Skip = "Only root can distinguish a lockdown from missing permission.";
        else if (error is not (Errno.NotPermitted or Errno.AccessDenied)) Skip = "This kernel is not locked down, or has no tracefs.";
    }
}

using KernelMagnifier.Native;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class HostReportTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();

    public void Dispose() => _fake.Dispose();

    private HostReport Inspect(string lockDown = "/nowhere", bool isRoot = true) => HostReport.Inspect(_fake.Folder, isRoot, lockDown);

    [Fact]
    public void A_machine_that_can()
    {
        var report = Inspect();
        Assert.True(report.CanRecord);
        Assert.True(report is { FunctionTracer: true, FunctionGraphTracer: true, Functions: 8, Events: 3, Instances: true, CurrentTracer: "nop" });
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
        Assert.Equal("This kernel is locked down (confidentiality): it hands out no traces, not even to root. Record on a machine whose kernel allows it; where you own the machine, boot without lockdown=confidentiality (kernel command line) or with Secure Boot's lock-down set to integrity.", problem.Message);
        File.WriteAllText(file, "none [integrity] confidentiality\n");
        Assert.True(Inspect(file).CanRecord);
    }

    [Fact]
    public void Locked_down_from_the_start_there_is_not_a_file_in_tracefs()
    {
        var empty = Directory.CreateTempSubdirectory("km-empty-").FullName;
        try
        {
            Assert.Equal(HostReport.LockedDown(null), Assert.Single(HostReport.Inspect(empty, isRoot: true, "/nowhere").Problems).Message);
            var file = Path.Combine(_fake.Folder, "lockdown");
            File.WriteAllText(file, "none integrity [confidentiality]\n");
            Assert.Equal(HostReport.LockedDown("confidentiality"), Assert.Single(HostReport.Inspect(empty, isRoot: true, file).Problems).Message);
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
        Assert.Equal((ErrorCode.NotRoot, "Recording needs root: tracefs can be read by nobody else. Run it with sudo, or mount tracefs for a group: mount -o remount,gid=GROUP /sys/kernel/tracing."), (problem.Code, problem.Message));
    }

    [Fact]
    public void Tracers_not_built_in()
    {
        _fake["available_tracers"] = "blk function nop";
        var problem = Assert.Single(Inspect().Problems);
        Assert.Equal((ErrorCode.TracerNotBuiltIn, false), (problem.Code, problem.IsFatal));
        Assert.Equal("This kernel has no tracer 'function_graph': it was built without CONFIG_FUNCTION_GRAPH_TRACER. It has: blk function nop. Boot a kernel that was built with it; events can be recorded without a tracer.", problem.Message);
        _fake["available_tracers"] = "nop";
        Assert.True(Inspect().CanRecord); // events still can
        _fake["available_events"] = "";
        File.WriteAllText(Path.Combine(_fake.Folder, "available_events"), "");
        Assert.False(Inspect().CanRecord);
    }

    [Fact]
    public void Somebody_else_s_tracer_is_told()
    {
        _fake["current_tracer"] = "function_graph";
        var report = Inspect();
        Assert.True(report.CanRecord);
        Assert.Equal(ErrorCode.TracerInUse, Assert.Single(report.Problems).Code);
    }

    /// <summary>Where the kernel under the tests refuses, this is the sentence; it is never traced.</summary>
    [LockedDownFact]
    public void This_machine_is_locked_down()
    {
        var report = HostReport.Inspect();
        Assert.False(report.CanRecord);
        var problem = Assert.Single(report.Problems);
        Assert.Equal(ErrorCode.KernelLockedDown, problem.Code);
        Assert.Equal(HostReport.LockedDown(report.LockDown), problem.Message);
        var folder = Directory.CreateTempSubdirectory("km-locked-").FullName;
        try
        {
            var error = Assert.Throws<RecordingException>(() => Recorder.Start(new RecordingRequest { Path = Path.Combine(folder, "x.dat"), Duration = TimeSpan.FromSeconds(1) }));
            Assert.Equal((ErrorCode.KernelLockedDown, problem.Message), (error.Code, error.Message));
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder);
        }
    }
}

/// <summary>A test of a root on a kernel that refuses to list what can be traced.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LockedDownFactAttribute : FactAttribute
{
    public LockedDownFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess) Skip = "Only root sees the difference between locked down and not allowed.";
        else if (TraceFs.ReadBytes("/sys/kernel/tracing/available_filter_functions").Error is not (LibC.NotPermitted or LibC.AccessDenied)) Skip = "This kernel is not locked down, or has no tracefs.";
    }
}

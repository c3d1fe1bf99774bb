using KernelMagnifier.Native;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Running;

namespace KernelMagnifier.Engine.Tests.Probes.Running;

/// <summary>What does not run, and that it is audited.</summary>
public sealed class ProbeRunnerTests
{
    [Theory]
    [InlineData("Draft"), InlineData("Submitted"), InlineData("Expired"), InlineData("Changed"), InlineData("Revoked"), InlineData("Denied"), InlineData("Invalid")]
    public void OnlyWhatIsApprovedRuns(string state)
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached);
        tool.Standing = new ProbeStanding(Enum.Parse<ProbeState>(state), "the reason");
        Assert.Contains("the reason", tool.Refuses(ErrorCode.ProbeNotApproved).Message, StringComparison.Ordinal);
        Assert.False(tool.HasRun);
        var record = Assert.Single(tool.Audit);
        Assert.Equal(("Refused", "runq-late", "ProbeNotApproved", tool.Source.Hash), (record.Action, record.Probe, record.Outcome, record.Hash));
    }

    [Fact]
    public void AnEmergencyIsLoud()
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached);
        tool.Standing = new ProbeStanding(ProbeState.Submitted, "one approval is missing");
        tool.Request = tool.Request with { IsEmergency = true, Reason = "the site is down" };
        tool.Refuses(ErrorCode.ProbeRefused);
        tool.Policy = tool.Policy with { AllowsEmergency = true };
        Assert.Equal("Completed", tool.Run().Outcome);
        Assert.Contains(tool.Warnings, w => w.StartsWith("EMERGENCY", StringComparison.Ordinal));
        Assert.Equal(["Refused", "Emergency", "Started", "Run"], tool.Audit.Select(r => r.Action));
        Assert.Contains("the site is down", tool.Audit[1].Reason!, StringComparison.Ordinal);
        tool.Request = tool.Request with { Reason = "  " };
        tool.Refuses(ErrorCode.ProbeRefused);
        tool.Request = tool.Request with { Reason = "why not" };
        tool.Standing = new ProbeStanding(ProbeState.Revoked, "revoked");
        tool.Refuses(ErrorCode.ProbeRefused);
    }

    [Fact]
    public void MaturityAndDataClassAreLimitedByThePolicy()
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached) { Maturity = ProbeMaturity.Sandbox };
        tool.Policy = tool.Policy with { LeastMaturity = ProbeMaturity.Incubating };
        tool.Refuses(ErrorCode.ProbeRefused);
        tool.Maturity = ProbeMaturity.Deprecated;
        tool.Run();
        Assert.Contains(tool.Warnings, w => w.Contains("deprecated", StringComparison.Ordinal));
    }

    [Fact]
    public void ALongerDurationThanTheLimitIsRefused()
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached);
        tool.Policy = tool.Policy with { MostLimits = tool.Policy.MostLimits with { Duration = TimeSpan.FromSeconds(5) } };
        tool.Request = tool.Request with { Duration = TimeSpan.FromSeconds(6) };
        tool.Refuses(ErrorCode.ProbeRefused);
        tool.Request = tool.Request with { Duration = TimeSpan.Zero };
        tool.Refuses(ErrorCode.ProbeRefused);
        tool.Request = tool.Request with { Duration = TimeSpan.FromSeconds(5) };
        Assert.Equal("Completed", tool.Run().Outcome);
    }

    [Theory]
    [InlineData("us", "5", "5"), InlineData("us", "-2", "-2"), InlineData("us", "007", "7")]
    [InlineData("us", "101", null), InlineData("us", "-3", null), InlineData("us", "0x5", null), InlineData("us", " 5", null), InlineData("us", "5\n", null), InlineData("us", "+5", null)]
    [InlineData("us", "", null), InlineData("us", "99999999999999999999", null), InlineData("us", "1e2", null)]
    [InlineData("name", "sda1", "sda1"), InlineData("name", "-c", null), InlineData("name", "a\nb", null), InlineData("name", "a b", null), InlineData("name", "a\0b", null), InlineData("name", "$(id)", null)]
    [InlineData("mode", "fast", "fast"), InlineData("mode", "faster", null), InlineData("mode", "Fast", null)]
    [InlineData("path", "abc", "abc"), InlineData("path", "abcx", null), InlineData("path", "abc\n", null)]
    [InlineData("nmae", "x", null)]
    public void ParametersAreWhatTheManifestAllows(string name, string value, string? argument)
    {
        using var tool = new FakeBpftrace($"printf '%s\\n' \"${{@:5}}\"; {FakeBpftrace.Attached}");
        ProbeParameter[] all =
        [
            new() { Name = "us", Description = "d", Minimum = -2, Maximum = 100 }, new() { Name = "name", Description = "d", Type = ParameterType.Text },
            new() { Name = "mode", Description = "d", Type = ParameterType.Text, Choices = ["fast", "slow"] },
            new() { Name = "path", Description = "d", Type = ParameterType.Text, Pattern = "a|abc" },
        ];
        tool.Parameters = all.Any(p => p.Name == name) ? [.. all.Where(p => p.Name == name)] : [.. all.Select(p => p with { Default = "5" })];
        tool.Request = tool.Request with { Parameters = new Dictionary<string, string> { [name] = value } };
        if (argument is null)
        {
            tool.Refuses(ErrorCode.ProbeParameter);
            Assert.False(tool.HasRun);
            Assert.Equal("Refused", Assert.Single(tool.Audit).Action);
            return;
        }
        tool.Run();
        Assert.Equal(argument, tool.Lines[0]);
        Assert.Equal(argument, tool.Audit[^1].Parameters[name]);
    }

    [Fact]
    public void AMissingParameterIsNamed()
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached) { Parameters = [new() { Name = "us", Description = "d" }] };
        Assert.Equal("us", tool.Refuses(ErrorCode.ProbeParameter).Target);
    }

    [Fact]
    public void OnlyOneRunAtATimeUnlessTheManifestAllowsMore()
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached);
        using var other = ProbeSlot.Take(tool.Policy, "runq-late", 1);
        tool.Refuses(ErrorCode.ProbeBusy);
        tool.Limits = tool.Limits with { ConcurrentRuns = 2 };
        Assert.Equal("Completed", tool.Run().Outcome);
    }

    [Theory]
    [InlineData("shared tool"), InlineData("tool in a shared directory"), InlineData("no tool"), InlineData("shared state")]
    public void WhatOthersCanChangeIsNotTrusted(string what)
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached);
        const UnixFileMode All = (UnixFileMode)0b111_111_111;
        if (what == "shared tool") File.SetUnixFileMode(tool.Policy.Bpftrace, All);
        if (what == "tool in a shared directory")
        {
            var folder = Directory.CreateDirectory(Path.Combine(tool.Folder, "bin")).FullName;
            File.Move(tool.Policy.Bpftrace, Path.Combine(folder, "bpftrace"));
            File.SetUnixFileMode(folder, All);
            // A link does not make it better.
            File.CreateSymbolicLink(tool.Policy.Bpftrace, Path.Combine(folder, "bpftrace"));
        }
        if (what == "no tool") File.Delete(tool.Policy.Bpftrace);
        if (what == "shared state") Directory.CreateDirectory(tool.Policy.StateDirectory);
        if (what == "shared state") File.SetUnixFileMode(tool.Policy.StateDirectory, All);
        tool.Refuses(what == "no tool" ? ErrorCode.ToolNotFound : ErrorCode.ProbeRefused);
        Assert.False(tool.HasRun);
        Assert.Equal("Refused", Assert.Single(tool.Audit).Action);
    }

    [Fact]
    public void NothingRunsWithoutAudit()
    {
        using var tool = new FakeBpftrace(FakeBpftrace.Attached);
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(tool.Policy.AuditLog)!).FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        tool.Refuses(ErrorCode.AuditNotWritable);
        tool.Standing = new ProbeStanding(ProbeState.Draft, "x");
        tool.Refuses(ErrorCode.AuditNotWritable);
        Assert.False(tool.HasRun);
        Assert.False(File.Exists(tool.Policy.AuditLog));
    }

    [Fact]
    public void ALockedDownKernelIsNamed()
    {
        Assert.Equal(ErrorCode.KernelLockedDown, Assert.Throws<KernelMagnifierException>(() => KernelGate.Check("none integrity [confidentiality]\n", "", () => -Errno.Invalid)).Code);
        var error = Assert.Throws<KernelMagnifierException>(() => KernelGate.Check("[none]", "CapEff:\t0000000000200000\n", () => -Errno.NotPermitted));
        Assert.Equal(ErrorCode.NotRoot, error.Code);
        Assert.Contains("CAP_NET_ADMIN, CAP_PERFMON, CAP_BPF", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.KernelLockedDown, Assert.Throws<KernelMagnifierException>(() => KernelGate.Check("", "CapEff:\t000001ffffffffff\n", () => -Errno.NotPermitted)).Code);
        Assert.Equal(ErrorCode.KernelLockedDown, Assert.Throws<KernelMagnifierException>(() => KernelGate.Check("", "", () => -Errno.NoSystemCall)).Code);
        KernelGate.Check("none [integrity] confidentiality\n", "", () => -Errno.Invalid);
    }

    [Fact]
    public void CostsAreSummedOverPrograms()
    {
        var folder = Directory.CreateTempSubdirectory("km-fdinfo-").FullName;
        Assert.Null(BpfStatistics.Read(folder));
        File.WriteAllText(Path.Combine(folder, "3"), "pos:\t0\nprog_type:\t2\nprog_id:\t17\nrun_time_ns:\t1000\nrun_cnt:\t10\nrecursion_misses:\t0\n");
        File.WriteAllText(Path.Combine(folder, "4"), "prog_id:\t17\nrun_time_ns:\t1000\nrun_cnt:\t10\n");
        File.WriteAllText(Path.Combine(folder, "5"), "prog_id:\t18\nrun_time_ns:\t5\nrun_cnt:\t1\n");
        File.WriteAllText(Path.Combine(folder, "6"), "link_type:\tperf\nprog_id:\t19\n");
        Assert.Equal((1005L, 11L), BpfStatistics.Read(folder));
        Directory.Delete(folder, true);
    }
}

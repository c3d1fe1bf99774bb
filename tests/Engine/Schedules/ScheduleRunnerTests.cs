using KernelMagnifier.Measuring;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Engine.Tests.Schedules;

public sealed class ScheduleRunnerTests : IDisposable
{
    private readonly ScheduleFolder _folder = new();

    public ScheduleRunnerTests() => _folder.Registry.Register(_folder.Definition(), force: false);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void RunsAreNumbered()
    {
        Run();
        Run();
        Assert.Equal([1, 2], _folder.Delivered.Select(record => record.Sequence!.Value));
        Assert.Single(_folder.Delivered.Select(record => record.Epoch).Distinct());
        Assert.All(_folder.Delivered, record => Assert.Equal(("Completed", "hourly"), (record.Status, record.Schedule)));
        var schedule = _folder.Registry.Get("hourly");
        Assert.Equal((2, "Completed", _folder.Delivered[0].Epoch), (schedule.Sequence!.Value, schedule.LastStatus, schedule.Epoch));
    }

    [Fact]
    public void ASuspendedScheduleMeasuresNothingAndSaysWhy()
    {
        Assert.Equal("Suspended", _folder.Registry.Suspend("hourly", "a test of load").State);
        _folder.Measure = (_, _) => throw new InvalidOperationException("it measures");
        Run();
        Assert.Equal(("Suspended", "a test of load", 1), (_folder.Delivered[0].Status, _folder.Delivered[0].Reason, _folder.Delivered[0].Sequence!.Value));
        Assert.Equal("Active", _folder.Registry.Resume("hourly").State);
        _folder.Measure = (plan, _) => ScheduleFolder.Record(plan);
        Run();
        Assert.Equal("Completed", _folder.Delivered[1].Status);
    }

    [Theory]
    [InlineData(ErrorCode.MeasurementBusy, "Skipped", 0)]
    [InlineData(ErrorCode.MeasurementOverBudget, "Failed", 1)]
    [InlineData(ErrorCode.NoTraceFs, "Failed", 0)]
    public void AnErrorIsARecord(ErrorCode code, string status, int overruns)
    {
        _folder.Measure = (_, _) => throw new KernelMagnifierException(code, "it", "why\u001b[31m.");
        Run();
        Assert.Equal((status, "it: why\u001b[31m."), (_folder.Delivered[0].Status, _folder.Delivered[0].Reason));
        Assert.Equal(overruns, _folder.Registry.Get("hourly").Overruns);
    }

    [Fact]
    public void ADefectIsARecord()
    {
        _folder.Measure = (_, _) => throw new InvalidOperationException("oops");
        Run();
        Assert.Equal("Failed", _folder.Delivered[0].Status);
        Assert.Contains("oops", _folder.Delivered[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void ASignalIsARecord()
    {
        _folder.Measure = (_, cancel) => throw new OperationCanceledException(cancel);
        Run();
        Assert.Equal("Failed", _folder.Delivered[0].Status);
        Assert.Null(_folder.Runner.Finish("hourly", "signal"));
    }

    [Fact]
    public void ThreeRunsOverTheBudgetSuspendTheSchedule()
    {
        _folder.Measure = (_, _) => throw new KernelMagnifierException(ErrorCode.MeasurementOverBudget, null, "too much.");
        Run();
        Run();
        Assert.Equal(("Active", 2), (_folder.Registry.Get("hourly").State, _folder.Registry.Get("hourly").Overruns));
        Run();
        Assert.Equal(["Failed", "Failed", "Failed", "Suspended"], _folder.Delivered.Select(record => record.Status));
        Assert.Equal([1, 2, 3, 4], _folder.Delivered.Select(record => record.Sequence!.Value));
        Assert.Contains("too much.", _folder.Delivered[3].Reason, StringComparison.Ordinal);
        Assert.Equal("Suspended", _folder.Registry.Get("hourly").State);
        Run();
        Assert.Equal("Suspended", _folder.Delivered[4].Status);
        Assert.Equal(("Active", 0), (_folder.Registry.Resume("hourly").State, _folder.Registry.Get("hourly").Overruns));
    }

    [Fact]
    public void ACompletedRunEndsTheCount()
    {
        var isOver = true;
        _folder.Measure = (plan, _) => isOver ? throw new KernelMagnifierException(ErrorCode.MeasurementOverBudget, null, "too much.") : ScheduleFolder.Record(plan);
        Run();
        Run();
        isOver = false;
        Run();
        isOver = true;
        Run();
        Run();
        Assert.Equal(("Active", 2), (_folder.Registry.Get("hourly").State, _folder.Registry.Get("hourly").Overruns));
    }

    [Theory]
    [InlineData("oom-kill", 1)]
    [InlineData("timeout", 1)]
    [InlineData("signal", 0)]
    [InlineData("core-dump", 0)]
    [InlineData("exit-code", 0)]
    public void ARunThatWasKilledHasARecord(string result, int overruns)
    {
        Kill();
        var record = _folder.Runner.Finish("hourly", result);
        Assert.Equal(("Failed", 1, "hourly"), (record!.Status, record.Sequence!.Value, record.Schedule));
        Assert.Same(record, Assert.Single(_folder.Delivered));
        Assert.Equal(overruns, _folder.Registry.Get("hourly").Overruns);
        Assert.Null(_folder.Runner.Finish("hourly", "success"));
    }

    [Fact]
    public void ARunThatWasKilledAfterItsDeliveryIsACopy()
    {
        var deliver = _folder.Place.Deliver;
        _folder.Place = _folder.Place with
        {
            Deliver = (schedule, spool, record, limit, cancel) =>
            {
                deliver(schedule, spool, record, limit, cancel);
                throw new KilledException();
            },
        };
        Assert.Throws<KilledException>(Run);
        _folder.Place = _folder.Place with { Deliver = deliver };
        Assert.Equal(_folder.Delivered[0].Id, _folder.Runner.Finish("hourly", "signal")!.Id);
    }

    [Fact]
    public void ThreeRunsThatSystemdKilledSuspendTheSchedule()
    {
        foreach (var result in new[] { "oom-kill", "timeout", "oom-kill" })
        {
            Kill();
            _folder.Runner.Finish("hourly", result);
        }
        Assert.Equal(["Failed", "Failed", "Failed", "Suspended"], _folder.Delivered.Select(record => record.Status));
        Assert.Equal("Suspended", _folder.Registry.Get("hourly").State);
    }

    /// <summary>The exit code under cron does not tell the SIGKILL of timeout(1) from that of somebody else.</summary>
    [Theory]
    [InlineData(0, "the run was killed by a signal.", 0)]
    [InlineData(1, "the run took longer than ", 1)]
    public void ASigkillIsThatOfTheTimeLimitOnlyAfterIt(int hours, string reason, int overruns)
    {
        Kill();
        var now = _folder.Place.Now;
        _folder.Place = _folder.Place with { Now = () => now().AddHours(hours) };
        Assert.StartsWith(reason, _folder.Runner.Finish("hourly", "kill")!.Reason, StringComparison.Ordinal);
        Assert.Equal(overruns, _folder.Registry.Get("hourly").Overruns);
    }

    /// <summary>systemd ends a run by SIGTERM at its time limit: the run writes its record, and is still counted.</summary>
    [Fact]
    public void ARunThatEndedAtItsTimeLimitIsCountedOnce()
    {
        _folder.Measure = (_, cancel) => throw new OperationCanceledException(cancel);
        Run();
        Assert.Null(_folder.Runner.Finish("hourly", "timeout"));
        Assert.Null(_folder.Runner.Finish("hourly", "timeout"));
        Assert.Equal(1, _folder.Registry.Get("hourly").Overruns);
    }

    [Fact]
    public void ARunThatDiedWithTheMachineLeavesAGap()
    {
        Kill();
        _folder.Place = _folder.Place with { Boot = "boot-2" };
        Run();
        var record = Assert.Single(_folder.Delivered);
        Assert.Equal(2, record.Sequence);
        Assert.Contains(record.Warnings, text => text.StartsWith("Run 1 of ", StringComparison.Ordinal));
    }

    /// <summary>Without systemd, nobody may call Finish. The next run does it.</summary>
    [Fact]
    public void ARunThatWasKilledInThisBootIsRecordedByTheNextOne()
    {
        Kill();
        Run();
        Assert.Equal([("Failed", 1L), ("Completed", 2L)], _folder.Delivered.Select(record => (record.Status, record.Sequence!.Value)));
    }

    [Fact]
    public void ARunWhosePredecessorGoesOnIsSkipped()
    {
        _folder.Measure = (plan, _) =>
        {
            Run();
            Assert.Null(_folder.Runner.Finish("hourly", "signal"));
            return ScheduleFolder.Record(plan);
        };
        Run();
        Assert.Equal([("Skipped", 2L), ("Completed", 1L)], _folder.Delivered.Select(record => (record.Status, record.Sequence!.Value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"schema\":\"kernel-magnifier-schedule-state\",\"schemaVersion\":1,\"epoch\":\"x\"}")]
    [InlineData("\0\0\0\0")]
    public void ADamagedStateBeginsAnotherEpoch(string content)
    {
        Run();
        File.WriteAllText(Path.Combine(_folder.Place.StateDirectory, "hourly.state"), content);
        Run();
        Assert.Equal([1, 1], _folder.Delivered.Select(record => record.Sequence!.Value));
        Assert.NotEqual(_folder.Delivered[0].Epoch, _folder.Delivered[1].Epoch);
        Assert.Contains(_folder.Delivered[1].Warnings, text => text.Contains("another epoch", StringComparison.Ordinal));
    }

    [Fact]
    public void ALostStateBeginsAnotherEpoch()
    {
        Run();
        Directory.Delete(_folder.Place.StateDirectory, recursive: true);
        Run();
        Assert.NotEqual(_folder.Delivered[0].Epoch, _folder.Delivered[1].Epoch);
    }

    [Fact]
    public void ARunThatCannotClaimANumberSaysSo()
    {
        Directory.Delete(_folder.Place.StateDirectory, recursive: true);
        File.WriteAllText(_folder.Place.StateDirectory, "");
        _folder.Measure = (_, _) => throw new InvalidOperationException("it measures");
        Run();
        var record = Assert.Single(_folder.Delivered);
        Assert.Equal("Failed", record.Status);
        Assert.Null(record.Sequence);
    }

    [Fact]
    public void AnUnknownScheduleIsAnError()
        => Assert.Equal(ErrorCode.ScheduleNotFound, Assert.Throws<KernelMagnifierException>(() => _folder.Runner.Run("other", default)).Code);

    private void Run() => _folder.Runner.Run("hourly", default);

    /// <summary>A run that SIGKILL ends during the measurement.</summary>
    private void Kill()
    {
        var measure = _folder.Measure;
        _folder.Place = _folder.Place with { Deliver = Unwritten(_folder.Place.Deliver, out var restore) };
        _folder.Measure = (_, _) => throw new InvalidOperationException("killed");
        Assert.Throws<KilledException>(Run);
        _folder.Measure = measure;
        _folder.Place = _folder.Place with { Deliver = restore };
    }

    private static Func<ScheduleDefinition, string, Measurement?, TimeSpan, CancellationToken, IReadOnlyList<KernelMagnifier.Logs.LogDeliveryResult>> Unwritten(
        Func<ScheduleDefinition, string, Measurement?, TimeSpan, CancellationToken, IReadOnlyList<KernelMagnifier.Logs.LogDeliveryResult>> deliver,
        out Func<ScheduleDefinition, string, Measurement?, TimeSpan, CancellationToken, IReadOnlyList<KernelMagnifier.Logs.LogDeliveryResult>> restore)
    {
        restore = deliver;
        return (_, _, _, _, _) => throw new KilledException();
    }

    private sealed class KilledException : Exception;
}

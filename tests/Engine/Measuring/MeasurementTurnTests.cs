using KernelMagnifier.Engine.Tests.Recording;
using KernelMagnifier.Measuring;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Measuring;

/// <summary>Measurements and recordings take turns.</summary>
public sealed class MeasurementTurnTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();
    private readonly string _state = Directory.CreateTempSubdirectory("km-state-").FullName;

    public MeasurementTurnTests()
        => File.SetUnixFileMode(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public void Dispose()
    {
        _fake.Dispose();
        Directory.Delete(_state, true);
    }

    [Fact]
    public void OneMeasurementHasTheTurn()
    {
        using (Take())
        {
            var error = Assert.Throws<KernelMagnifierException>(Take);
            Assert.Equal(ErrorCode.MeasurementBusy, error.Code);
            Assert.Contains($"(pid {Environment.ProcessId}, since ", error.Cause, StringComparison.Ordinal);
        }
        Take().Dispose();
    }

    [Fact]
    public void ARecordingKeepsTheTurnAndALiveOneDoesNot()
    {
        using (var recording = Journal.Create(_state, "one", JournalTests.Plan(_fake.Folder, "/tmp/x.dat")))
        {
            var error = Assert.Throws<KernelMagnifierException>(Take);
            Assert.Equal(ErrorCode.MeasurementBusy, error.Code);
            Assert.Contains("/tmp/x.dat", error.Cause, StringComparison.Ordinal);
            recording.Remove();
        }
        using (var live = Journal.Create(_state, "two", JournalTests.Plan(_fake.Folder, "")))
        {
            Take().Dispose();
            live.Remove();
        }
    }

    [Fact]
    public async Task WaitingEndsWithTheTurn()
    {
        var turn = Take();
        var waiting = Task.Run(() => MeasurementTurn.Take([_state], TimeSpan.FromMinutes(1), default));
        turn.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public void WaitingCanBeCancelled()
    {
        using var turn = Take();
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => MeasurementTurn.Take([_state], TimeSpan.FromMinutes(1), cancel.Token));
    }

    private MeasurementTurn Take() => MeasurementTurn.Take([_state], TimeSpan.Zero, default);
}

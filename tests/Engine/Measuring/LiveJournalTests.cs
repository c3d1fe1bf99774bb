using KernelMagnifier.Engine.Tests.Recording;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Measuring;

/// <summary>What a killed process without a file leaves is undone by the next one.</summary>
public sealed class LiveJournalTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();
    private readonly string _state = Directory.CreateTempSubdirectory("km-state-").FullName;

    public LiveJournalTests()
        => File.SetUnixFileMode(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public void Dispose()
    {
        _fake.Dispose();
        Directory.Delete(_state, true);
    }

    [Fact]
    public void TriggersAndSyntheticEventsAreRemovedInReverseOrder()
    {
        _fake["synthetic_events"] = "other\tu64 lat\n";
        _fake["events/sched/sched_switch/trigger"] = "";
        var journal = Journal.Create(_state, "one", JournalTests.Plan(_fake.Folder, ""));
        var settings = new Settings(journal.Note, journal.NoteUnchanged);
        Assert.Equal(0, settings.TryAddSynthetic(_fake.TraceFs, "km_wakeup", "u64 lat"));
        Assert.Equal(0, settings.TryAddOwnTrigger(_fake.TraceFs, new EventTrigger("sched", "sched_switch", "hist:keys=a")));
        Assert.Equal(0, settings.TryAddOwnTrigger(_fake.TraceFs, new EventTrigger("sched", "sched_switch", "hist:keys=b")));
        journal.Dispose();

        Assert.Empty(Recovery.List([_state]));
        var (recovered, problems) = Recovery.Run([_state], _fake.TraceFs);
        Assert.Empty(recovered);
        Assert.Empty(problems);
        Assert.Empty(Directory.GetFiles(_state));
        // A plain file keeps what is written to it; the kernel takes lines that begin with an exclamation mark as removals.
        Assert.Equal("other\tu64 lat\nkm_wakeup u64 lat!km_wakeup u64 lat", _fake["synthetic_events"]);
        Assert.EndsWith("hist:keys=ahist:keys=b!hist:keys=b!hist:keys=a", _fake["events/sched/sched_switch/trigger"], StringComparison.Ordinal);
    }

    [Fact]
    public void WhatTheKernelRefusedIsForgotten()
    {
        var journal = Journal.Create(_state, "one", JournalTests.Plan(_fake.Folder, ""));
        var settings = new Settings(journal.Note, journal.NoteUnchanged);
        _fake["events/sched/sched_switch/trigger"] = "";
        Assert.Equal(0, settings.TryAddOwnTrigger(_fake.TraceFs, new EventTrigger("sched", "sched_switch", "hist:keys=a")));
        Assert.NotEqual(0, settings.TryAddOwnTrigger(_fake.TraceFs, new EventTrigger("sched", "none", "hist:keys=a")));
        journal.Dispose();
        var found = Assert.Single(Journal.FindAbandoned([_state]));
        found.Journal.Dispose();
        Assert.Equal("events/sched/sched_switch/trigger", Assert.Single(found.Changes).Name);
    }
}

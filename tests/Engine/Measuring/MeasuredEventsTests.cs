using KernelMagnifier.Engine.Tests.Recording;
using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Engine.Tests.Measuring;

/// <summary>Which events a measurement records.</summary>
public sealed class MeasuredEventsTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();

    public void Dispose() => _fake.Dispose();

    [Fact]
    public void APresetRecordsOnlyWhatItsKindsNeed()
    {
        _fake["available_events"] = "sched:sched_switch\nsched:sched_waking\nsched:sched_wakeup\nsched:sched_wakeup_new\nsched:sched_migrate_task\n";
        Assert.Equal(["sched:sched_switch", "sched:sched_waking", "sched:sched_wakeup", "sched:sched_wakeup_new"], Events(new() { Presets = ["scheduling"] }));
    }

    [Fact]
    public void AKindRecordsOnlyWhatItNeeds()
    {
        _fake["available_events"] = "sched:sched_switch\nsched:sched_waking\nsched:sched_wakeup\nsched:sched_wakeup_new\nirq:softirq_entry\nirq:softirq_exit\nirq:softirq_raise\n";
        Assert.Equal(["irq:softirq_entry", "irq:softirq_exit", "sched:sched_switch"],
            Events(new() { Kinds = [IntervalKind.OnCpu, IntervalKind.SoftIrq] }).Order());
        Assert.Equal(["irq:softirq_entry", "irq:softirq_exit"], Events(new() { Presets = ["Network", "Pressure"], Kinds = [IntervalKind.SoftIrq] }));
    }

    [Fact]
    public void EveryPresetThatIsOfferedTellsSomething()
    {
        foreach (var name in MeasuredEvents.Presets.Where(name => !MeasuredEvents.IsPressure(name)))
            Assert.NotEmpty(MeasuredEvents.PresetsOf(new() { Presets = [name] }).Single().Parts);
        Assert.DoesNotContain("Power", MeasuredEvents.Presets);
    }

    [Theory]
    [InlineData("Power", null, ErrorCode.BadRequest)]
    [InlineData("Schedulign", null, ErrorCode.UnknownPreset)]
    [InlineData("Scheduling", IntervalKind.Call, ErrorCode.BadRequest)]
    [InlineData("Scheduling", IntervalKind.OsNoise, ErrorCode.BadRequest)]
    public void WhatCannotBeMeasuredIsRefused(string preset, object? kind, ErrorCode code)
    {
        var plan = new MeasurementPlan { Presets = [preset], Kinds = kind is IntervalKind one ? [one] : [] };
        Assert.Equal(code, Assert.Throws<KernelMagnifierException>(() => MeasuredEvents.PresetsOf(plan)).Code);
    }

    private List<string> Events(MeasurementPlan plan)
        => [.. MeasuredEvents.Select(MeasuredEvents.PresetsOf(plan), _fake.TraceFs).Events.Select(e => e.ToString())];
}

using KernelMagnifier.Native;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

/// <summary>Events by preset, their filters, stacks and triggers.</summary>
public sealed class EventSelectionTests : IDisposable
{
    private static readonly RecordingRequest Request = new() { Path = "x.dat" };

    private readonly FakeTraceFs _fake = new();
    private readonly List<SettingChange> _noted = [];

    public void Dispose() => _fake.Dispose();

    /// <summary>Every event of every preset, as a kernel lists them.</summary>
    private void ListAllEvents(params string[] without)
        => _fake["available_events"] = string.Join('\n', EventPreset.All.SelectMany(p => p.Events).Distinct()
            .SelectMany(e => e.Contains('*', StringComparison.Ordinal)
                ? ((string[])["local_timer", "reschedule"]).Select(v => e.Replace("*", v, StringComparison.Ordinal))
                : [e])
            .Except(without).Append("sched:sched_stat_runtime"));

    private EventSelection Resolve(RecordingRequest request) => EventSelection.Resolve(request, _fake.TraceFs);

    private static List<string> Names(EventSelection selection) => [.. selection.Events.Select(e => e.ToString())];

    /// <summary>The starts and ends of each kind, as docs/latency.md defines them.</summary>
    [Fact]
    public void A_preset_has_the_start_and_the_end_of_each_kind()
    {
        ListAllEvents();
        Assert.Equal(
            ["sched:sched_switch", "sched:sched_waking", "sched:sched_wakeup", "sched:sched_wakeup_new",
                "sched:sched_migrate_task", "sched:sched_process_fork", "sched:sched_process_exec", "sched:sched_process_exit"],
            Names(Resolve(Request with { Preset = ["scheduling"] })));
        Assert.Equal(
            ["irq:irq_handler_entry", "irq:irq_handler_exit", "irq_vectors:local_timer_entry", "irq_vectors:reschedule_entry",
                "irq_vectors:local_timer_exit", "irq_vectors:reschedule_exit", "irq:softirq_entry", "irq:softirq_exit",
                "irq:softirq_raise", "timer:timer_expire_entry", "timer:timer_expire_exit", "timer:hrtimer_expire_entry",
                "timer:hrtimer_expire_exit"],
            Names(Resolve(Request with { Preset = ["INTERRUPTS"] })));
        Assert.Equal(["raw_syscalls:sys_enter", "raw_syscalls:sys_exit"], Names(Resolve(Request with { Preset = ["Syscalls"] })));
        foreach (var preset in EventPreset.All)
        {
            var selection = Resolve(Request with { Preset = [preset.Name] });
            Assert.Empty(selection.Warnings);
            Assert.All(Names(selection), name => Assert.True(
                !name.EndsWith("_entry", StringComparison.Ordinal)
                || Names(selection).Contains(name[..^"entry".Length] + "exit"), name));
        }
    }

    [Fact]
    public void Presets_and_events_are_joined_each_event_once()
    {
        ListAllEvents();
        var selection = Resolve(Request with
        {
            Preset = ["Interrupts", "Network", "interrupts"],
            Event = ["irq:softirq_entry{vec == 3}", "sched:sched_switch"],
        });
        Assert.Equal(Names(selection).Distinct(), Names(selection));
        Assert.Equal("vec == 3", selection.Events.Single(e => e.Name == "softirq_entry").Filter);
        Assert.Contains("napi:napi_poll", Names(selection));
        Assert.Contains("sched:sched_switch", Names(selection));
    }

    [Fact]
    public void What_a_kernel_lacks_is_left_out_with_a_warning()
    {
        ListAllEvents("irq_vectors:local_timer_entry", "irq_vectors:reschedule_entry", "irq_vectors:local_timer_exit",
            "irq_vectors:reschedule_exit", "sched:sched_migrate_task");
        var selection = Resolve(Request with { Preset = ["Scheduling", "Interrupts"] });
        Assert.Equal(
            ["Preset Scheduling: this kernel has no sched:sched_migrate_task.",
                "Preset Interrupts: this kernel has no irq_vectors:*_entry, irq_vectors:*_exit, "
                    + "so IrqVector cannot be measured."],
            selection.Warnings);
        Assert.Contains("irq:irq_handler_entry", Names(selection));
    }

    [Theory]
    [InlineData("Syscalls", "raw_syscalls:sys_exit")]
    [InlineData("Power", "power:cpu_idle", "power:cpu_frequency", "power:suspend_resume")]
    [InlineData("Scheduling", "sched:sched_switch")]
    public void A_preset_that_would_measure_nothing_is_an_error(string preset, params string[] without)
    {
        ListAllEvents(without);
        var error = Assert.Throws<KernelMagnifierException>(() => Resolve(Request with { Preset = [preset] }));
        Assert.Equal((ErrorCode.UnknownEvent, $"preset {preset}",
            $"this kernel has no {string.Join(", ", without)}, so the preset would measure nothing."),
            (error.Code, error.Target, error.Cause));
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_the_request()
    {
        var host = HostReport.Inspect(_fake.Folder, true, "/");
        var error = Assert.Throws<KernelMagnifierException>(
            () => RequestCheck.Check(Request with { Preset = ["Shedule"] }, host));
        Assert.Equal((ErrorCode.UnknownPreset, "Shedule: there is no such preset of events. The presets are Scheduling, "
            + "Interrupts, Syscalls, Block, Network, WorkQueue, Power."), (error.Code, error.Message));
        Assert.StartsWith("Did you mean Syscalls? ",
            Assert.Throws<KernelMagnifierException>(() => EventPreset.Find("syscall")).RecommendedAction,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_records_events_only_unless_functions_are_requested()
    {
        Assert.Equal(RecordingTracer.None, (Request with { Preset = ["Block"] }).EffectiveTracer);
        Assert.Equal(RecordingTracer.None, (Request with { EventStack = ["sched:sched_switch"] }).EffectiveTracer);
        Assert.Equal(RecordingTracer.Function, (Request with { Preset = ["Block"], Function = ["vfs_*"] }).EffectiveTracer);
        Assert.Equal("events; preset block,power; event-filter sched:sched_switch=prev_pid == 1; duration 5 s; "
            + "Block: block:block_rq_issue,block:block_rq_complete,block:block_rq_insert,block:block_rq_requeue; "
            + "Power: power:cpu_idle,power:cpu_frequency,power:suspend_resume",
            (Request with
            {
                Preset = ["block", "power"], Duration = TimeSpan.FromSeconds(5),
                EventFilter = [new EventText("sched:sched_switch", "prev_pid == 1")],
            }).Explain());
    }

    [Theory]
    [InlineData("sched:sched_switch: prev_prio < 100", "sched:sched_switch", "prev_prio < 100")]
    [InlineData("sched:sched_switch=prev_prio < 100", "sched:sched_switch", "prev_prio < 100")]
    [InlineData(" sched:* = prev_prio<100 ", "sched:*", "prev_prio<100")]
    [InlineData("sched:sched_switch:prev_prio<100", "sched:sched_switch", "prev_prio<100")]
    [InlineData("sched_switch: prev_prio<100", "sched_switch", "prev_prio<100")]
    [InlineData("*=common_pid != 7", "*", "common_pid != 7")]
    [InlineData("sched:sched_switch=hist:keys=next_pid", "sched:sched_switch", "hist:keys=next_pid")]
    [InlineData("sched:sched_switch: hist:keys=next_pid", "sched:sched_switch", "hist:keys=next_pid")]
    [InlineData("sched:sched_switch:traceoff:1 if prev_pid == 1", "sched:sched_switch", "traceoff:1 if prev_pid == 1")]
    [InlineData("sched:sched_switch=", "sched:sched_switch", "")]
    [InlineData("prev_prio == 100", null, "prev_prio == 100")]
    [InlineData("prev_prio==100", null, "prev_prio==100")]
    [InlineData("(prev_comm ~ \"a:b=c\") && prev_pid", null, "(prev_comm ~ \"a:b=c\") && prev_pid")]
    [InlineData("prev_comm ~ \"x: y=z\"", null, "prev_comm ~ \"x: y=z\"")]
    [InlineData("", null, "")]
    public void A_text_is_for_an_event_or_for_all(string typed, string? name, string text)
        => Assert.Equal(new EventText(name, text), EventText.Parse(typed));

    [Fact]
    public void An_event_passes_all_its_filters()
    {
        ListAllEvents();
        var selection = Resolve(Request with
        {
            Event = ["sched:sched_switch{prev_pid == 7}", "sched:sched_wakeup", "irq:irq_handler_entry"],
            EventFilter = [new EventText("sched", "common_pid != 1"), new EventText(null, "common_pid != 2")],
        });
        Assert.Equal(
            ["((prev_pid == 7) && (common_pid != 1)) && (common_pid != 2)", "(common_pid != 1) && (common_pid != 2)",
                "common_pid != 2"],
            selection.Events.Select(e => e.Filter));
        var error = Assert.Throws<RequestException>(() => Resolve(Request with
        {
            Event = ["sched:sched_switch"], EventFilter = [new EventText("irq:*", "irq == 1")],
        }));
        Assert.Equal((ErrorCode.BadRequest, "EventFilter", "The filter 'irq:*=irq == 1' is for an event that is not recorded."),
            (error.Code, error.Property, error.Cause));
        Assert.Equal(ErrorCode.UnknownEvent, Assert.Throws<KernelMagnifierException>(() => Resolve(Request with
        {
            Event = ["sched:sched_switch"], EventFilter = [new EventText("sched:sched_swich", "prev_pid == 1")],
        })).Code);
    }

    /// <summary>The kernel runs a trigger also for an event that the filter discards.</summary>
    [Fact]
    public void A_stack_is_recorded_with_the_event_and_only_where_its_filter_holds()
    {
        ListAllEvents();
        var selection = Resolve(Request with
        {
            Preset = ["Scheduling"], EventStack = ["sched:sched_switch", "sched:sched_stat_runtime"],
            EventFilter = [new EventText("sched:sched_switch", "prev_state == 2")],
        });
        Assert.Equal(
            [new EventTrigger("sched", "sched_switch", "stacktrace if prev_state == 2"),
                new EventTrigger("sched", "sched_stat_runtime", "stacktrace")],
            selection.Triggers);
        Assert.Contains("sched:sched_stat_runtime", Names(selection));
    }

    [Fact]
    public void A_trigger_can_enable_an_event_whose_format_is_then_needed()
    {
        ListAllEvents();
        var selection = Resolve(Request with
        {
            Event = ["sched:sched_switch"],
            EventTrigger = [new EventText("sched:sched_wakeup", "enable_event:irq:irq_handler_entry:1 if pid == 1")],
        });
        Assert.Equal(["sched:sched_switch"], Names(selection));
        Assert.Equal(["sched:sched_switch", "irq:irq_handler_entry"], selection.Formats.Select(e => e.ToString()));
        Assert.Equal("events/sched/sched_wakeup/trigger", Assert.Single(selection.Triggers).File);
    }

    [Theory]
    [InlineData("EventFilter", "sched:sched_switch=")]
    [InlineData("EventFilter", "sched:sched_switch=a\nb")]
    [InlineData("EventTrigger", "sched:sched_switch=!stacktrace")]
    [InlineData("EventTrigger", "traceoff if x == 1")]
    public void A_text_that_cannot_be_is_refused_with_the_request(string property, string typed)
    {
        EventText[] texts = [EventText.Parse(typed)];
        var request = Request with
        {
            Event = ["sched:sched_switch"], EventFilter = property == "EventFilter" ? texts : [],
            EventTrigger = property == "EventTrigger" ? texts : [],
        };
        var error = Assert.Throws<RequestException>(
            () => RequestCheck.Check(request, HostReport.Inspect(_fake.Folder, true, "/")));
        Assert.Equal((ErrorCode.BadRequest, property), (error.Code, error.Property));
    }

    [Fact]
    public void A_filter_without_an_event_is_refused()
        => Assert.Equal("EventFilter", Assert.Throws<RequestException>(() => RequestCheck.Check(
            Request with { EventFilter = [EventText.Parse("prev_pid == 1")] },
            HostReport.Inspect(_fake.Folder, true, "/"))).Property);

    /// <summary>Of a shared event only the added trigger is removed, and it is noted before it is set.</summary>
    [Fact]
    public void A_shared_trigger_is_noted_and_removed()
    {
        var trigger = new EventTrigger("sched", "sched_switch", "stacktrace if prev_pid == 1");
        _fake[trigger.File] = "# Available triggers:\n# traceon traceoff stacktrace";
        var settings = new Settings(change =>
        {
            Assert.DoesNotContain("stacktrace if", _fake[trigger.File], StringComparison.Ordinal);
            _noted.Add(change);
        });
        Assert.Equal(0, settings.TryAddTrigger(_fake.TraceFs, own: false, trigger));
        Assert.EndsWith("stacktrace if prev_pid == 1", _fake[trigger.File], StringComparison.Ordinal);
        Assert.Equal((SettingKind.Trigger, trigger.Text), (Assert.Single(_noted).Kind, _noted[0].Before));
        _fake[trigger.File] = "traceoff:unlimited\nstacktrace:unlimited if prev_pid == 1";
        Assert.Empty(settings.Restore());
        Assert.Equal("traceoff:unlimited\nstacktrace:unlimited if prev_pid == 1\n!stacktrace if prev_pid == 1",
            _fake[trigger.File]);
    }

    /// <summary>A trigger enables its event in a way that records nothing.</summary>
    [Fact]
    public void An_event_with_a_trigger_is_disabled_again()
    {
        _fake["events/sched/sched_switch/enable"] = "0*";
        var settings = new Settings(_noted.Add);
        settings.Set(_fake.TraceFs, own: false, "events/sched/sched_switch/enable", "1");
        Assert.Empty(settings.Restore());
        Assert.Equal("0", _fake["events/sched/sched_switch/enable"]);
    }

    [Fact]
    public void A_trigger_of_another_user_is_neither_replaced_nor_removed()
    {
        var trigger = new EventTrigger("sched", "sched_switch", "stacktrace");
        _fake[trigger.File] = "stacktrace:unlimited";
        var settings = new Settings(_noted.Add);
        Assert.Equal(Errno.Exists, settings.TryAddTrigger(_fake.TraceFs, own: false, trigger));
        Assert.Empty(_noted);
        settings.Restore();
        Assert.Equal("stacktrace:unlimited", _fake[trigger.File]);
    }

    /// <summary>The recorder was killed between noting and setting the trigger, or another user has removed it.</summary>
    [Fact]
    public void A_trigger_that_is_not_there_is_not_removed()
    {
        _fake["events/sched/sched_switch/trigger"] = "traceoff:unlimited";
        Assert.Empty(Settings.Restore(
            [new SettingChange(_fake.Folder, "events/sched/sched_switch/trigger", SettingKind.Trigger, "stacktrace")]));
        Assert.Equal("traceoff:unlimited", _fake["events/sched/sched_switch/trigger"]);
    }
}

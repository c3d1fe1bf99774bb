using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class SettingsTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();
    private readonly List<SettingChange> _noted = [];
    private readonly string _state = Directory.CreateTempSubdirectory("km-state-").FullName;

    public SettingsTests()
        => File.SetUnixFileMode(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public void Dispose()
    {
        _fake.Dispose();
        Directory.Delete(_state, true);
    }

    [Fact]
    public void A_shared_setting_is_noted_before_it_is_changed_and_restored()
    {
        _fake["buffer_size_kb"] = "1408";
        _fake["set_ftrace_pid"] = "12\n34";
        var before = _fake.Dump();
        var settings = new Settings(change =>
        {
            Assert.Equal(before[_fake.TraceFs[change.Name]], _fake.Dump()[_fake.TraceFs[change.Name]]);
            _noted.Add(change);
        });
        settings.Set(_fake.TraceFs, own: false, "current_tracer", "function");
        settings.Set(_fake.TraceFs, own: false, "buffer_size_kb", "4096");
        settings.Set(_fake.TraceFs, own: false, "tracing_on", "0");
        settings.Set(_fake.TraceFs, own: false, "tracing_on", "1");
        settings.Set(_fake.TraceFs, own: false, "set_ftrace_pid", "99\n", SettingKind.Words);
        Assert.Equal(["current_tracer", "buffer_size_kb", "tracing_on", "set_ftrace_pid"], _noted.Select(n => n.Name));
        Assert.Equal("function", _fake["current_tracer"]);

        Assert.Empty(settings.Restore());
        Assert.Equal(WithoutNewlines(before), WithoutNewlines(_fake.Dump()));
    }

    [Fact]
    public void A_setting_that_has_the_value_already_is_not_changed()
    {
        var settings = new Settings(_noted.Add);
        settings.Set(_fake.TraceFs, own: false, "trace_clock", "local");
        Assert.Empty(_noted);
        Assert.Equal("[local] global counter mono", _fake["trace_clock"]);
    }

    [Fact]
    public void Of_a_list_of_choices_the_chosen_one_is_restored()
    {
        var settings = new Settings(_noted.Add);
        settings.Set(_fake.TraceFs, own: false, "trace_clock", "counter");
        settings.Restore();
        Assert.Equal("local", _fake["trace_clock"]);
    }

    [Fact]
    public void An_unused_buffer_is_left_with_the_size_its_next_user_would_have_got()
    {
        var settings = new Settings(_noted.Add);
        settings.Set(_fake.TraceFs, own: false, "buffer_size_kb", "4096");
        settings.Restore();
        Assert.Equal("1408", _fake["buffer_size_kb"]);
    }

    [Fact]
    public void A_watched_buffer_is_restored_only_if_its_size_changed()
    {
        var settings = new Settings(_noted.Add);
        settings.Watch(_fake.TraceFs, "buffer_size_kb");
        settings.Restore();
        Assert.Equal("7 (expanded: 1408)", _fake["buffer_size_kb"]);
        settings.Watch(_fake.TraceFs, "buffer_size_kb");
        _fake["buffer_size_kb"] = "7";
        settings.Restore();
        Assert.Equal("1408", _fake["buffer_size_kb"]);
    }

    [Fact]
    public void Functions_are_restored_with_their_modules_and_comments_are_skipped()
    {
        _fake["set_ftrace_filter"] = "vfs_read\next4_file_open [ext4]\nschedule:traceoff:unlimited";
        var settings = new Settings(_noted.Add);
        settings.Set(_fake.TraceFs, own: false, "set_ftrace_filter", "1\n2\n", SettingKind.Functions);
        settings.Restore();
        Assert.Equal("vfs_read\next4_file_open:mod:ext4", _fake["set_ftrace_filter"]);

        _fake["set_ftrace_filter"] = "#### all functions enabled ####";
        settings.Set(_fake.TraceFs, own: false, "set_ftrace_filter", "1\n2\n", SettingKind.Functions);
        settings.Restore();
        Assert.Equal("", _fake["set_ftrace_filter"]);
    }

    [Fact]
    public void An_empty_list_of_pids_reads_as_no_pid_and_is_restored_as_empty()
    {
        _fake["set_ftrace_notrace_pid"] = "no pid\n";
        var settings = new Settings(_noted.Add);
        settings.Set(_fake.TraceFs, own: false, "set_ftrace_notrace_pid", "12\n", SettingKind.Words);
        settings.Restore();
        Assert.Equal("", _fake["set_ftrace_notrace_pid"]);
    }

    [Fact]
    public void Graph_roots_are_restored_by_name_without_modules()
    {
        _fake["set_graph_function"] = "vfs_read\next4_file_open [ext4]";
        var settings = new Settings(_noted.Add);
        settings.Set(_fake.TraceFs, own: false, "set_graph_function", "tcp_sendmsg\n", SettingKind.Functions);
        settings.Restore();
        Assert.Equal("vfs_read\next4_file_open", _fake["set_graph_function"]);
    }

    [Fact]
    public void An_event_without_a_filter_is_restored_by_writing_0()
    {
        _fake["events/sched/sched_switch/filter"] = "none";
        var settings = new Settings(_noted.Add);
        settings.Set(_fake.TraceFs, own: false, "events/sched/sched_switch/filter", "prev_pid == 1");
        settings.Restore();
        Assert.Equal("0", _fake["events/sched/sched_switch/filter"]);
    }

    [Fact]
    public void Nothing_is_noted_for_an_own_instance()
    {
        new Settings(_noted.Add).Set(_fake.TraceFs, own: true, "current_tracer", "function");
        Assert.Empty(_noted);
        Assert.Equal("function", _fake["current_tracer"]);
    }

    /// <summary>
    /// The flags of a tracer belong to the kernel as a whole: an option that is set in an own instance is set in all directories.
    /// </summary>
    [Fact]
    public void An_option_of_a_tracer_is_restored_everywhere()
    {
        var own = Instance("kernel-magnifier-1");
        var other = Instance("other");
        TraceFs[] all = [_fake.TraceFs, own, other];
        foreach (var at in all) Write(at, "options/func_stack_trace", "0");
        using var journal = Journal.Create(_state, "one", JournalTests.Plan(_fake.Folder, "/nowhere/x.dat"));
        var settings = new Settings(change =>
        {
            journal.Note(change);
            Assert.All(all, at => Assert.Equal("0", at.TryRead(change.Name)));
            _noted.Add(change);
        }, journal.NoteUnchanged);
        settings.WatchDuring([_fake.TraceFs, other], "options/func_stack_trace", () =>
        {
            settings.Set(own, own: true, "options/func_stack_trace", "1");
            foreach (var at in all) Write(at, "options/func_stack_trace", "1");
        });
        Assert.Equal([_fake.Folder, other.Directory], _noted.Select(n => n.Directory));

        journal.Dispose();
        using (var found = Assert.Single(Journal.FindAbandoned([_state])).Journal) Assert.NotNull(found);
        Assert.Empty(settings.Restore());
        Assert.Equal(("0", "0"), (_fake.TraceFs.TryRead("options/func_stack_trace"), other.TryRead("options/func_stack_trace")));
    }

    /// <summary>It belongs to its user, who may change it during the recording.</summary>
    [Fact]
    public void A_watched_option_that_does_not_change_is_not_restored()
    {
        Write(_fake.TraceFs, "options/sym-offset", "0");
        var own = Instance("kernel-magnifier-1");
        Write(own, "options/sym-offset", "0");
        using (var journal = Journal.Create(_state, "one", JournalTests.Plan(_fake.Folder, "/nowhere/x.dat")))
        {
            var settings = new Settings(journal.Note, journal.NoteUnchanged);
            settings.WatchDuring([_fake.TraceFs], "options/sym-offset",
                () => settings.Set(own, own: true, "options/sym-offset", "1"));
            Write(_fake.TraceFs, "options/sym-offset", "1");
            Assert.Empty(settings.Restore());
        }
        var abandoned = Assert.Single(Journal.FindAbandoned([_state]));
        Assert.Empty(abandoned.Changes);
        abandoned.Journal.Dispose();
        Assert.Equal("1", _fake["options/sym-offset"]);
    }

    [Theory]
    [InlineData("sym-offset", "sym-offset", true)]
    [InlineData("nosym-offset", "sym-offset", false)]
    [InlineData("noise", "noise", true)]
    [InlineData("nonoise", "noise", false)]
    public void An_option_is_set_or_with_no_in_front_cleared(string typed, string name, bool on)
        => Assert.Equal(new TraceOption(name, on), TraceOption.Find(typed, n => n is "sym-offset" or "noise"));

    /// <summary>Found before anything is changed, and named as it was typed.</summary>
    [Theory]
    [InlineData("sym-ofset", "Did you mean sym-offset? ")]
    [InlineData("nosym-ofset", "Did you mean nosym-offset? ")]
    [InlineData("no", "")]
    [InlineData("", "")]
    [InlineData("no../trace", "")]
    [InlineData("../trace", "")]
    public void An_option_that_the_kernel_lacks_is_named_as_typed(string typed, string suggestion)
    {
        _fake["options/sym-offset"] = "0";
        var before = _fake.Dump();
        var error = Assert.Throws<KernelMagnifierException>(() => TraceOption.RequireAll(["sym-offset", typed], _fake.TraceFs));
        Assert.Equal((ErrorCode.BadSetting, typed), (error.Code, error.Target));
        Assert.Equal($"{suggestion}The files in {_fake.Folder}/options are the trace options; a name with 'no' in front clears "
            + "the option.", error.RecommendedAction);
        Assert.Equal(before, _fake.Dump());
    }

    [Fact]
    public void A_setting_that_the_kernel_lacks_is_named()
    {
        var error = Assert.Throws<KernelMagnifierException>(() => new Settings(_noted.Add).Set(_fake.TraceFs, own: true,
            "no_such_setting", "1"));
        Assert.Equal(ErrorCode.BadSetting, error.Code);
        Assert.Equal($"{_fake.Folder}/no_such_setting: the kernel refused the value '1': No such file or directory. All settings "
            + "were restored. Choose another value; Documentation/trace/ftrace.rst of the kernel lists those of each setting.",
            error.Message);
    }

    private TraceFs Instance(string name)
    {
        Directory.CreateDirectory(_fake.TraceFs.Instance(name).Directory);
        return _fake.TraceFs.Instance(name);
    }

    private static void Write(TraceFs at, string name, string value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(at[name])!);
        File.WriteAllText(at[name], value + "\n");
    }

    /// <summary>The contents without final newlines: the kernel adds them when a file is read, a plain file does not.</summary>
    private static Dictionary<string, string> WithoutNewlines(Dictionary<string, string> dump)
        => dump.ToDictionary(d => d.Key, d => d.Value.TrimEnd('\n'));
}

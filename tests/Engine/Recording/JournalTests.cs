using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class JournalTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();
    private readonly string _state = Directory.CreateTempSubdirectory("km-state-").FullName;

    public JournalTests()
        => File.SetUnixFileMode(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public void Dispose()
    {
        _fake.Dispose();
        Directory.Delete(_state, true);
    }

    internal static RecordingPlan Plan(string traceFs, string output, string instance = "", params RecordingPart[] parts) => new()
    {
        Boot = RecordingPlan.ThisBoot,
        Recorder = 4711,
        Started = DateTimeOffset.UnixEpoch,
        TraceFs = traceFs,
        Instance = instance,
        Output = output,
        Format = RecordingFormat.TraceDat,
        Tracer = RecordingTracer.Function,
        Clock = "local",
        PageSize = 4096,
        Request = "function; quote \" and \n newline",
        Parts = parts,
        Metadata = "",
        Reserve = "",
    };

    [Fact]
    public void The_journal_of_a_running_recorder_is_skipped_and_that_of_a_dead_one_is_read()
    {
        var plan = Plan(_fake.Folder, "/tmp/x.dat", "", new RecordingPart(0, ".x.part", 4096),
            new RecordingPart(3, ".x.cpu3", 0));
        var journal = Journal.Create(_state, "one", plan);
        journal.Note(new SettingChange(_fake.Folder, "current_tracer", SettingKind.Value, "nop"));
        journal.Note(new SettingChange(_fake.Folder, "set_ftrace_filter", SettingKind.Functions, "vfs_read\n\"odd\""));
        journal.NoteHeld(77, "12345");
        Assert.Empty(Journal.FindAbandoned([_state]));

        journal.Dispose();
        var (found, read, changes, held, undone, joining) = Assert.Single(Journal.FindAbandoned([_state]));
        Assert.Equivalent(plan, read);
        Assert.Equal([("current_tracer", "nop"), ("set_ftrace_filter", "vfs_read\n\"odd\"")],
            changes.Select(c => (c.Name, c.Before)));
        Assert.Equal((77, "12345"), held);
        Assert.False(undone);
        Assert.Null(joining);
        found.Dispose();
    }

    /// <summary>
    /// A process between fork and exec has a duplicate of every descriptor, and with it the lock. A command that is held back is
    /// such a process.
    /// </summary>
    [Fact]
    public void The_lock_of_a_closed_journal_is_released_although_a_new_process_has_a_duplicate_of_it()
    {
        var journal = Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat"));
        using var command = TargetCommand.Hold(TargetCommand.Find("true"), [], _state, null);
        Assert.Contains(Directory.EnumerateFileSystemEntries($"/proc/{command.ProcessId}/fd"),
            f => new FileInfo(f).LinkTarget == journal.Path);
        journal.Dispose();
        Assert.Single(Journal.FindAbandoned([_state])).Journal.Dispose();
    }

    [Fact]
    public async Task A_closed_journal_is_found_while_other_threads_start_processes()
    {
        using var stop = new CancellationTokenSource();
        var starters = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested) using (var process = Process.Start("true")) process.WaitForExit();
        })).ToArray();
        for (var i = 0; i < 500; i++)
        {
            Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat")).Dispose();
            var found = Assert.Single(Journal.FindAbandoned([_state])).Journal;
            found.Remove();
            found.Dispose();
        }
        await stop.CancelAsync();
        await Task.WhenAll(starters);
    }

    /// <summary>
    /// A recorder that is killed while it holds a command back releases nothing: the command's process must not have the lock.
    /// </summary>
    [Fact]
    public void A_held_command_does_not_keep_the_lock_of_its_recorder()
    {
        var journal = Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat"));
        using var command = TargetCommand.Hold(TargetCommand.Find("true"), [], _state, null, journal.Descriptor);
        Assert.True(SpinWait.SpinUntil(
            () => !Directory.EnumerateFileSystemEntries($"/proc/{command.ProcessId}/fd")
                .Any(f => new FileInfo(f).LinkTarget == journal.Path), 20_000));
        journal.Dispose();
    }

    /// <summary>A recorder that only looks, and the next one, must not touch what is not, or not yet, a journal.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("TRACE")]
    [InlineData("{\"journal\":1,\"boot\":\"cut")]
    [InlineData("{\"journal\":2}\n")]
    [InlineData("{\"setting\":\"tracing_on\"}\n")]
    public void A_file_that_does_not_begin_with_a_plan_is_not_taken_for_a_journal(string content)
    {
        var path = Path.Combine(_state, "x.journal");
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Empty(Recovery.List([_state]));
        Assert.Empty(Journal.FindRunning([_state]));
        var (recovered, problems) = Recovery.Run([_state], _fake.TraceFs);
        Assert.Empty(recovered);
        Assert.Empty(problems);
        Assert.Equal(content, File.ReadAllText(path));
    }

    /// <summary>Whoever looks for journals meanwhile finds none, or one that is locked and has its plan.</summary>
    [Fact]
    public void A_journal_gets_its_name_when_it_is_locked_and_has_its_plan()
    {
        using var seen = new BlockingCollection<(WatcherChangeTypes Change, string? Name)>();
        using var watcher = new FileSystemWatcher(_state) { NotifyFilter = NotifyFilters.FileName };
        watcher.Created += (_, e) => seen.Add((e.ChangeType, e.Name));
        watcher.Renamed += (_, e) => seen.Add((e.ChangeType, e.Name));
        watcher.EnableRaisingEvents = true;
        using var journal = Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat"));
        Assert.True(seen.TryTake(out var first, 20_000));
        Assert.True(seen.TryTake(out var second, 20_000));
        Assert.Equal([(WatcherChangeTypes.Created, "one.journal-new"), (WatcherChangeTypes.Renamed, "one.journal")],
            [first, second]);
        Assert.StartsWith("{\"journal\":1,", Encoding.UTF8.GetString(TraceFs.ReadBytes(journal.Path).Bytes),
            StringComparison.Ordinal);
        Assert.Equal(4711, Assert.Single(Journal.FindRunning([_state])).Recorder);
        Assert.Empty(Recovery.List([_state]));
        Assert.Empty(Recovery.Run([_state], null).Problems);
        Assert.True(File.Exists(journal.Path));
    }

    [Fact]
    public void A_journal_that_exists_is_not_replaced_and_nothing_else_is_left()
    {
        using var journal = Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat"));
        var before = TraceFs.ReadBytes(journal.Path).Bytes;
        var error = Assert.Throws<KernelMagnifierException>(
            () => Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/y.dat")));
        Assert.Equal("the journal cannot be created: File exists.", error.Cause);
        Assert.Equal(before, TraceFs.ReadBytes(journal.Path).Bytes);
        Assert.Equal([journal.Path], Directory.EnumerateFileSystemEntries(_state));
    }

    [Fact]
    public void What_a_recorder_leaves_that_is_killed_while_creating_its_journal_is_deleted_by_the_next()
    {
        string[] left = ["kernel-magnifier-1-a.journal-new", "kernel-magnifier-2-b.journal-new"];
        File.WriteAllText(Path.Combine(_state, left[0]), "");
        File.WriteAllText(Path.Combine(_state, left[1]), "{\"journal\":1,\"bo");
        File.WriteAllText(Path.Combine(_state, "kernel-magnifier-3.journal-new"), "a recording");
        foreach (var path in Directory.GetFiles(_state))
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Empty(Recovery.List([_state]));
        Assert.Equal(3, Directory.GetFiles(_state).Length);
        using var journal = Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat"));
        Assert.Equal(["kernel-magnifier-3.journal-new", "one.journal"],
            Directory.GetFiles(_state).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    /// <summary>Reading a journal must neither look like its recorder nor keep another from completing the file.</summary>
    [Fact]
    public async Task One_who_reads_a_journal_does_not_hinder_others()
    {
        Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat")).Dispose();
        using var reading = Recovery.List([_state]).GetEnumerator();
        Assert.True(reading.MoveNext());
        Assert.Single(Recovery.List([_state]));
        Assert.Empty(Journal.FindRunning([_state]));
        var recovering = Task.Run(() => Journal.FindAbandoned([_state]).ToList());
        reading.Dispose();
        Assert.Single(await recovering).Journal.Dispose();
    }

    /// <summary>After a reboot another process can have the pid and start time of the one that was held back.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_held_process_is_ended_unless_the_machine_was_rebooted(bool rebooted)
    {
        using var process = Process.Start("sleep", "60");
        var plan = Plan(_fake.Folder, Path.Combine(_fake.Folder, "x.dat"));
        using (var journal = Journal.Create(_state, "one", rebooted ? plan with { Boot = "an earlier one" } : plan))
            journal.NoteHeld(process.Id, TargetCommand.StartedAt(process.Id));
        _ = Recovery.Run([_state], null);
        Assert.Equal(!rebooted, process.WaitForExit(rebooted ? 100 : 20_000));
        process.Kill();
    }

    [Fact]
    public void Only_the_owner_may_read_a_journal()
    {
        using var journal = Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(journal.Path));
    }

    [Fact]
    public void An_incomplete_last_line_is_ignored()
    {
        using (var journal = Journal.Create(_state, "one",
            Plan(_fake.Folder,
                "/tmp/x.dat"))) journal.Note(new SettingChange(_fake.Folder, "tracing_on", SettingKind.Value, "1"));
        var path = Path.Combine(_state, "one.journal");
        File.AppendAllText(path, "{\"directory\":\"/sys/ker");
        var (found, _, changes, _, _, _) = Assert.Single(Journal.FindAbandoned([_state]));
        Assert.Equal("tracing_on", Assert.Single(changes).Name);
        found.Dispose();
    }

    [Fact]
    public void A_journal_that_others_can_write_is_ignored()
    {
        Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat")).Dispose();
        var path = Path.Combine(_state, "one.journal");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);
        Assert.Empty(Journal.FindAbandoned([_state]));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(_state, File.GetUnixFileMode(_state) | UnixFileMode.GroupWrite);
        Assert.Empty(Journal.FindAbandoned([_state]));
        File.SetUnixFileMode(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var link = Path.Combine(_state, "two.journal");
        File.Move(path, Path.Combine(_fake.Folder, "elsewhere"));
        File.CreateSymbolicLink(link, Path.Combine(_fake.Folder, "elsewhere"));
        Assert.Empty(Journal.FindAbandoned([_state]));
    }

    [Fact]
    public void The_settings_of_a_killed_recorder_are_restored_and_its_pages_recovered()
    {
        var folder = Directory.CreateTempSubdirectory("km-out-").FullName;
        try
        {
            _fake["current_tracer"] = "function_graph";
            File.WriteAllBytes(Path.Combine(folder, ".x.part"),
                [.. new byte[4096], .. RingBufferPages.Page(1000, 5), .. RingBufferPages.Page(2000, 3, lost: 7),
                    .. new byte[100]]);
            File.WriteAllBytes(Path.Combine(folder, ".x.cpu1"), RingBufferPages.Page(1500, 2));
            File.WriteAllBytes(Path.Combine(folder, ".x.kernel"), []);
            var plan = Plan(_fake.Folder, Path.Combine(folder, "x.dat"), "", new RecordingPart(0, ".x.part", 4096),
                new RecordingPart(1, ".x.cpu1", 0)) with
            { Metadata = ".x.kernel" };
            using (var journal = Journal.Create(_state, "one", plan)) journal.Note(new SettingChange(_fake.Folder,
                "current_tracer", SettingKind.Value, "nop"));

            var recovered = Assert.Single(Recovery.Run([_state], _fake.TraceFs).Recovered);
            Assert.Equal("nop", _fake["current_tracer"]);
            Assert.Equal(Path.Combine(folder, "x.dat"), recovered.Path);
            Assert.Equal(nameof(RecordingEnd.Recovered), recovered.EndedBy);
            Assert.Equal([(0, 8L, 7L, 8192L), (1, 2L, 0L, 4096L)],
                recovered.PerCpu.Select(c => (c.Cpu, c.Events, c.LostEvents, c.Bytes)));
            Assert.Equal(["x.dat"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
            Assert.Empty(Directory.EnumerateFiles(_state));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void An_existing_file_is_not_replaced_by_a_recovered_one()
    {
        var folder = Directory.CreateTempSubdirectory("km-out-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "x.dat"), "mine");
            File.WriteAllBytes(Path.Combine(folder, ".x.part"), [.. new byte[4096], .. RingBufferPages.Page(1000, 5)]);
            File.WriteAllBytes(Path.Combine(folder, ".x.kernel"), []);
            Journal.Create(_state, "one",
                Plan(_fake.Folder, Path.Combine(folder, "x.dat"), "",
                    new RecordingPart(0, ".x.part", 4096)) with
                { Metadata = ".x.kernel" }).Dispose();
            Assert.Equal(Path.Combine(folder, "x.recovered.dat"), Assert.Single(Recovery.Run([_state], null).Recovered).Path);
            Assert.Equal("mine", File.ReadAllText(Path.Combine(folder, "x.dat")));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}

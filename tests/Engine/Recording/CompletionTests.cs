using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

/// <summary>
/// Recordings that could not be completed, or whose recorder was killed: no drained data is lost, and settings are restored once.
/// </summary>
public sealed class CompletionTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();
    private readonly string _state = Directory.CreateTempSubdirectory("km-state-").FullName;
    private readonly string _folder = Directory.CreateTempSubdirectory("km-out-").FullName;

    /// <summary>Two pages of CPU 0, three of CPU 1 and four of CPU 2.</summary>
    private readonly byte[][] _pages = [.. Enumerable.Range(0, 3).Select(cpu
        => Enumerable.Range(1, 2 + cpu).SelectMany(i => RingBufferPages.Page(1000 * i + cpu, i + cpu, cpu)).ToArray())];

    public CompletionTests()
        => File.SetUnixFileMode(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public void Dispose()
    {
        _fake.Dispose();
        Directory.Delete(_state, true);
        Directory.Delete(_folder, true);
    }

    private string Output => Path.Combine(_folder, "x.dat");

    private IEnumerable<string> Names
        => Directory.EnumerateFileSystemEntries(_folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    private RecordingPlan Plan(params RecordingPart[] parts)
    {
        RecordingPart[] all = [new(0, ".x.part", 4096), new(1, ".x.cpu1", 0), new(2, ".x.cpu2", 0)];
        var plan = JournalTests.Plan(_fake.Folder, Output, "", parts.Length > 0 ? parts : all);
        return plan with { Metadata = ".x.kernel", Reserve = ".x.reserve" };
    }

    private void WriteParts()
    {
        File.WriteAllBytes(Path.Combine(_folder, ".x.part"), [.. new byte[4096], .. _pages[0]]);
        File.WriteAllBytes(Path.Combine(_folder, ".x.cpu1"), _pages[1]);
        File.WriteAllBytes(Path.Combine(_folder, ".x.cpu2"), _pages[2]);
        File.WriteAllBytes(Path.Combine(_folder, ".x.kernel"), []);
    }

    /// <summary>
    /// Joining can stop anywhere: after some pages are moved and some of these are freed, with or without a part of the trailer.
    /// </summary>
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(3, 3, 0)]
    [InlineData(5, 3, 0)]
    [InlineData(5, 4, 100)]
    [InlineData(7, 7, 5000)]
    public void Joining_is_resumed_where_it_stopped(int moved, int freed, int trailer)
    {
        WriteParts();
        byte[][] other = [.. _pages[1].Chunk(4096), .. _pages[2].Chunk(4096)];
        using (var first = new FileStream(Path.Combine(_folder, ".x.part"), FileMode.Append))
        {
            foreach (var page in other.Take(moved)) first.Write(page);
            first.Write(new byte[trailer]);
        }
        for (var i = 0; i < freed; i++)
        {
            using var part = new FileStream(Path.Combine(_folder, i < 3 ? ".x.cpu1" : ".x.cpu2"), FileMode.Open);
            part.Position = (i < 3 ? i : i - 3) * 4096;
            part.Write(new byte[4096]);
        }
        using (var journal = Journal.Create(_state, "one", Plan()))
        {
            journal.NoteUndone();
            journal.NoteJoining([.. _pages.Select(p => (long)p.Length)]);
        }
        var (recovered, problems) = Recovery.Run([_state], _fake.TraceFs);
        Assert.Empty(problems);
        Assert.Equal([(0, 3L, 0L), (1, 9L, 3L), (2, 18L, 8L)],
            Assert.Single(recovered).PerCpu.Select(c => (c.Cpu, c.Events, c.LostEvents)));
        Assert.Equal(_pages.SelectMany(p => p), File.ReadAllBytes(Output).Skip(4096).Take(_pages.Sum(p => p.Length)));
        Assert.Equal(["x.dat"], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    [Fact]
    public void A_recovery_that_fails_keeps_everything_and_the_next_one_succeeds()
    {
        WriteParts();
        var metadata = Path.Combine(_folder, ".x.kernel");
        File.Delete(metadata);
        File.CreateSymbolicLink(metadata, "/dev/null");
        _fake["current_tracer"] = "function";
        using (var journal = Journal.Create(_state, "one", Plan()))
            journal.Note(new SettingChange(_fake.Folder, "current_tracer", SettingKind.Value, "nop"));

        var (recovered, problems) = Recovery.Run([_state], null);
        Assert.Empty(recovered);
        Assert.Equal($"{Output}: the recording of an earlier recorder still could not be completed: a part of it cannot be "
            + $"opened: Too many levels of symbolic links. What was recorded is kept (.x.part, .x.cpu1, .x.cpu2), and the next "
                + $"recording tries again. To discard it: rm {Path.Combine(_state, "one.journal")}", Assert.Single(problems));
        Assert.Equal([".x.cpu1", ".x.cpu2", ".x.kernel", ".x.part"], Names);
        Assert.Equal("nop", _fake["current_tracer"]);

        // Another user traces meanwhile: the next recorder must change neither that user's settings nor the buffer.
        _fake["current_tracer"] = "function_graph";
        Directory.CreateDirectory(Path.Combine(_fake.Folder, "per_cpu/cpu0"));
        File.WriteAllBytes(Path.Combine(_fake.Folder, "per_cpu/cpu0/trace_pipe_raw"), RingBufferPages.Page(1, 1));
        File.Delete(metadata);
        File.WriteAllBytes(metadata, []);
        (recovered, problems) = Recovery.Run([_state], null);
        Assert.Empty(problems);
        Assert.Equal([3L, 9L, 18L], Assert.Single(recovered).PerCpu.Select(c => c.Events));
        Assert.StartsWith("Its recorder (pid 4711) could not complete the file", Assert.Single(recovered[0].Warnings),
            StringComparison.Ordinal);
        Assert.Equal("function_graph", _fake["current_tracer"]);
        Assert.Equal(["x.dat"], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    [Fact]
    public void A_recorder_that_cannot_complete_the_file_restores_settings_and_keeps_the_data()
    {
        // A directory of the same name appears before the end.
        var error = Assert.Throws<KernelMagnifierException>(() => Record(new RecordingRequest { Path = Output, Overwrite = true },
            () => Directory.CreateDirectory(Output)));
        Assert.Equal(ErrorCode.OutputNotWritable, error.Code);
        Assert.StartsWith($"{Output}: the recording could not be completed: the complete file {Path.Combine(_folder, ".x.part")} "
            + "cannot be renamed to it: Is a directory. What was recorded is kept beside it (.x.part, .x.cpu1, "
                + ".x.kernel).", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Remove the cause, for example free disk space; the next recording completes the file before it starts.",
            error.Message, StringComparison.Ordinal);
        Assert.Equal([".x.cpu1", ".x.kernel", ".x.part", "x.dat"], Names);
        Assert.Equal("nop", _fake["current_tracer"]);

        var (recovered, problems) = Recovery.Run([_state], _fake.TraceFs);
        Assert.Empty(problems);
        Assert.Equal(Path.Combine(_folder, "x.recovered.dat"), Assert.Single(recovered).Path);
        Assert.Equal([(0, 3L), (1, 9L)], recovered[0].PerCpu.Select(c => (c.Cpu, c.Events)));
        Assert.Equal(["x.dat", "x.recovered.dat"], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    /// <summary>The recorder has the files open, so their data exist without a name.</summary>
    [Fact]
    public void A_recording_whose_directory_was_removed_is_saved_beside_the_journal()
    {
        var recording = Record(new RecordingRequest { Path = Output, Overwrite = true }, () => Directory.Delete(_folder, true));
        var saved = Path.Combine(_state, "x.dat");
        Assert.Equal((saved, nameof(RecordingEnd.Failed)), (recording.Path, recording.EndedBy));
        Assert.Equal($"{Output}: the files of the recording were deleted while it was made. What was recorded was saved as "
            + $"{saved}.", Assert.Single(recording.Warnings));
        Assert.Equal([(0, 3L), (1, 9L)], recording.PerCpu.Select(c => (c.Cpu, c.Events)));
        Assert.Equal(_pages[0].Concat(_pages[1]), File.ReadAllBytes(saved).Skip(4096).Take(_pages[0].Length + _pages[1].Length));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(saved));
        Assert.Equal(["x.dat"], Directory.EnumerateFiles(_state).Select(Path.GetFileName));
        Assert.Equal("nop", _fake["current_tracer"]);
        Directory.CreateDirectory(_folder);
    }

    /// <summary>The directory is there again, or only the files were deleted.</summary>
    [Fact]
    public void A_recording_whose_files_were_deleted_is_saved_where_it_was_to_be()
    {
        var recording = Record(new RecordingRequest { Path = Output, Overwrite = true, Compress = true }, () =>
        {
            Directory.Delete(_folder, true);
            Directory.CreateDirectory(_folder);
        });
        Assert.Equal((Output, nameof(RecordingEnd.Failed)), (recording.Path, recording.EndedBy));
        Assert.Equal(_pages[0].Concat(_pages[1]), File.ReadAllBytes(Output).Skip(4096).Take(_pages[0].Length + _pages[1].Length));
        Assert.Equal(["x.dat"], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    [Fact]
    public void A_recording_that_cannot_be_saved_elsewhere_is_said_to_be_lost()
    {
        var error = Assert.Throws<KernelMagnifierException>(() => Record(
            new RecordingRequest { Path = Output, Overwrite = true }, () =>
            {
                Directory.Delete(_folder, true);
                Directory.Delete(_state, true);
            }));
        Assert.StartsWith($"{Output}: the files of the recording were deleted while it was made, and what was recorded is lost, "
            + "because it could not be saved elsewhere: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("kept", error.Message, StringComparison.Ordinal);
        Assert.Equal("nop", _fake["current_tracer"]);
        Directory.CreateDirectory(_folder);
        Directory.CreateDirectory(_state);
    }

    /// <summary>The data may be on a disk that is not mounted: the directory is missing, or is the empty mount point.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_killed_recording_whose_files_are_missing_is_kept_until_they_are_there_again(bool isMountPoint, bool rebooted)
    {
        WriteParts();
        _fake["current_tracer"] = "function";
        var plan = rebooted ? Plan() with { Boot = "an earlier one" } : Plan();
        using (var journal = Journal.Create(_state, "one", plan))
        {
            journal.NoteFiles();
            journal.Note(new SettingChange(_fake.Folder, "current_tracer", SettingKind.Value, "nop"));
        }
        var disk = _folder + ".disk";
        Directory.Move(_folder, disk);
        if (isMountPoint) Directory.CreateDirectory(_folder);
        var missing = isMountPoint
            ? $"{_folder} does not contain .x.part, .x.cpu1, .x.cpu2, .x.kernel"
            : $"the directory {_folder} does not exist";
        for (var i = 0; i < 2; i++)
        {
            var (none, problems) = Recovery.Run([_state], _fake.TraceFs);
            Assert.Empty(none);
            Assert.Equal($"{Output}: the recording of an earlier recorder (pid 4711) could not be completed: {missing}. If the "
                + "disk is not mounted, mount it: the next recording completes the file. If the recording was removed, discard "
                + $"the rest of it: rm {Path.Combine(_state, "one.journal")}", Assert.Single(problems));
            Assert.Equal([Output], Recovery.List([_state]));
            // Restored once: what another user sets meanwhile stays. After a reboot nothing is to be restored.
            Assert.Equal(rebooted || i > 0 ? "function" : "nop", _fake["current_tracer"]);
            _fake["current_tracer"] = "function";
        }
        if (isMountPoint) Directory.Delete(_folder);
        Directory.Move(disk, _folder);
        Assert.Equal([3L, 9L, 18L], Assert.Single(Recovery.Run([_state], _fake.TraceFs).Recovered).PerCpu.Select(c => c.Events));
        Assert.Equal("function", _fake["current_tracer"]);
        Assert.Equal(["x.dat"], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    [Fact]
    public void Of_a_recording_of_which_one_file_was_deleted_the_others_are_kept()
    {
        WriteParts();
        File.Delete(Path.Combine(_folder, ".x.cpu1"));
        using (var journal = Journal.Create(_state, "one", Plan())) journal.NoteFiles();
        Assert.Contains($": {_folder} does not contain .x.cpu1. ", Assert.Single(Recovery.Run([_state], _fake.TraceFs).Problems),
            StringComparison.Ordinal);
        Assert.Equal([".x.cpu2", ".x.kernel", ".x.part"], Names);
    }

    /// <summary>Killed before it had created its files, or after the result had its name: nothing is missing.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_killed_recording_without_files_that_needs_none_is_forgotten(bool isComplete)
    {
        using (var journal = Journal.Create(_state, "one", Plan()))
            if (isComplete) journal.NoteFiles();
        File.WriteAllText(Path.Combine(_folder, isComplete ? "x.dat" : ".x.part"), "");
        File.WriteAllText(Path.Combine(_folder, ".x.cpu1"), "");
        var (recovered, problems) = Recovery.Run([_state], _fake.TraceFs);
        Assert.Empty(recovered);
        Assert.Empty(problems);
        Assert.Equal(isComplete ? ["x.dat"] : [], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    [Fact]
    public void A_killed_recording_without_files_whose_directory_is_gone_is_forgotten()
    {
        Journal.Create(_state, "one", Plan()).Dispose();
        Directory.Delete(_folder);
        Assert.Empty(Recovery.Run([_state], _fake.TraceFs).Problems);
        Assert.Empty(Directory.EnumerateFiles(_state));
        Directory.CreateDirectory(_folder);
    }

    [Theory]
    [InlineData("y.journal")]
    [InlineData("y.journal-new")]
    public void A_saved_recording_does_not_get_the_name_of_a_journal(string name)
    {
        using var from = File.OpenHandle(Path.Combine(_folder, "data"), FileMode.Create, FileAccess.ReadWrite);
        RandomAccess.Write(from, "{\"journal\":"u8, 0);
        var saved = RecordingRescue.Save((int)from.DangerousGetHandle(), Path.Combine(_folder, "gone", name), _state,
            FileCalls.OwnerOnly);
        Assert.Equal(Path.Combine(_state, name + ".recording"), saved);
        Journal.Create(_state, "one", Plan()).Dispose();
        _ = Recovery.Run([_state], _fake.TraceFs);
        Assert.Equal([saved], Directory.EnumerateFiles(_state));
    }

    /// <summary>A recording that the disk cut short is not the one that was requested.</summary>
    [Fact]
    public void A_disk_with_less_free_space_than_to_be_kept_ends_the_recording_and_is_reported()
    {
        var recording = Record(new RecordingRequest { Path = Output, Overwrite = true, MinFree = long.MaxValue - 1 }, null);
        Assert.Equal(nameof(RecordingEnd.FreeSpace), recording.EndedBy);
        Assert.StartsWith($"{Output}: the recording ended early, because the file system has ", Assert.Single(recording.Warnings),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Without_room_to_compress_the_file_is_written_uncompressed()
    {
        var recording = Record(new RecordingRequest { Path = Output, Overwrite = true, Compress = true, MinFree = long.MaxValue },
            () => { });
        Assert.Contains($"{Output}: the file could not be compressed: too little disk space is free. It was written without "
            + $"compression.", recording.Warnings);
        Assert.Equal("none\0"u8, File.ReadAllBytes(Output).AsSpan(18, 5));
        Assert.Equal(["x.dat"], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    [Fact]
    public void A_signal_during_the_setup_ends_the_recording_when_it_begins()
    {
        using var guard = new ExitGuard();
        using var stopped = new ManualResetEvent(false);
        // The runtime ends the process when the handlers of the signal have returned.
        var handler = new Thread(() => guard.OnSignal(15));
        handler.Start();
        while (guard.Signal == 0) Thread.Yield();
        guard.Watch(() => stopped.Set());
        stopped.WaitOne();
        Assert.False(handler.Join(50));
        guard.Release();
        handler.Join();
        Assert.Equal(15, guard.Signal);
    }

    /// <param name="request">What is recorded.</param>
    /// <param name="meanwhile">What happens during the recording; null lets it end by itself.</param>
    private RecordingResult Record(RecordingRequest request, Action? meanwhile)
    {
        for (var cpu = 0; cpu < 2; cpu++)
        {
            _fake[$"per_cpu/cpu{cpu}/stats"] = $"entries: 0\noverrun: 0\nread events: {(cpu == 0 ? 3 : 9)}\n";
            File.WriteAllBytes(Path.Combine(_fake.Folder, $"per_cpu/cpu{cpu}/trace_pipe_raw"), _pages[cpu]);
        }
        var plan = Plan(new RecordingPart(0, ".x.part", 4096), new RecordingPart(1, ".x.cpu1", 0));
        var files = RecordingFiles.Create(plan, OutputPlace.Open(Output));
        var journal = Journal.Create(_state, "one", plan);
        var settings = new Settings(journal.Note);
        settings.Set(_fake.TraceFs, own: false, "current_tracer", "function");
        using var session = new RecordingSession(new PreparedRecording
        {
            Request = request,
            Plan = plan,
            Directory = new TracingDirectory(_fake.TraceFs, _fake.TraceFs),
            Settings = settings,
            Journal = journal,
            Files = files,
            Guard = new ExitGuard(),
        });
        session.Begin();
        meanwhile?.Invoke();
        if (meanwhile is not null) session.Stop();
        return session.Wait();
    }
}

using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

/// <summary>Recordings whose end failed or was cut off: nothing that was drained is lost, and the machine is not put back twice.</summary>
public sealed class UnfinishedTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();
    private readonly string _state = Directory.CreateTempSubdirectory("km-state-").FullName;
    private readonly string _folder = Directory.CreateTempSubdirectory("km-out-").FullName;

    private readonly byte[][] _pages = [.. Enumerable.Range(0, 3).Select(cpu => Enumerable.Range(1, 2 + cpu).SelectMany(i => RingPages.Page(1000 * i + cpu, i + cpu, cpu)).ToArray())];

    public UnfinishedTests() => File.SetUnixFileMode(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public void Dispose()
    {
        _fake.Dispose();
        Directory.Delete(_state, true);
        Directory.Delete(_folder, true);
    }

    private string Output => Path.Combine(_folder, "x.dat");

    private IEnumerable<string> Names => Directory.EnumerateFileSystemEntries(_folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    private RecordingPlan Plan(params CpuPart[] parts)
        => JournalTests.Plan(_fake.Folder, Output, "", parts.Length > 0 ? parts : [new(0, ".x.part", 4096), new(1, ".x.cpu1", 0), new(2, ".x.cpu2", 0)]) with { Metadata = ".x.kernel", Reserve = ".x.reserve" };

    private void WriteParts()
    {
        File.WriteAllBytes(Path.Combine(_folder, ".x.part"), [.. new byte[4096], .. _pages[0]]);
        File.WriteAllBytes(Path.Combine(_folder, ".x.cpu1"), _pages[1]);
        File.WriteAllBytes(Path.Combine(_folder, ".x.cpu2"), _pages[2]);
        File.WriteAllBytes(Path.Combine(_folder, ".x.kernel"), []);
    }

    /// <summary>Joining stops anywhere: so many pages are at their new place, so many of them given back at the old one, and an end may be written or not.</summary>
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(3, 3, 0)]
    [InlineData(5, 3, 0)]
    [InlineData(5, 4, 100)]
    [InlineData(7, 7, 5000)]
    public void Joining_is_gone_on_with_where_it_was_cut_off(int moved, int givenBack, int behind)
    {
        WriteParts();
        byte[][] other = [.. _pages[1].Chunk(4096), .. _pages[2].Chunk(4096)];
        using (var first = new FileStream(Path.Combine(_folder, ".x.part"), FileMode.Append))
        {
            foreach (var page in other.Take(moved)) first.Write(page);
            first.Write(new byte[behind]);
        }
        for (var i = 0; i < givenBack; i++)
        {
            using var part = new FileStream(Path.Combine(_folder, i < 3 ? ".x.cpu1" : ".x.cpu2"), FileMode.Open) { Position = (i < 3 ? i : i - 3) * 4096 };
            part.Write(new byte[4096]);
        }
        using (var journal = Journal.Create(_state, "one", Plan()))
        {
            journal.NoteUndone();
            journal.NoteJoining([.. _pages.Select(p => (long)p.Length)]);
        }
        var (recovered, problems) = LeftOvers.Recover([_state], _fake.TraceFs);
        Assert.Empty(problems);
        Assert.Equal([(0, 3L, 0L), (1, 9L, 3L), (2, 18L, 8L)], Assert.Single(recovered).PerCpu.Select(c => (c.Cpu, c.Events, c.LostEvents)));
        Assert.Equal(_pages.SelectMany(p => p), File.ReadAllBytes(Output).Skip(4096).Take(_pages.Sum(p => p.Length)));
        Assert.Equal(["x.dat"], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    [Fact]
    public void A_recovery_that_fails_keeps_everything_and_the_next_one_does_it()
    {
        WriteParts();
        var metadata = Path.Combine(_folder, ".x.kernel");
        File.Delete(metadata);
        File.CreateSymbolicLink(metadata, "/dev/null");
        _fake["current_tracer"] = "function";
        using (var journal = Journal.Create(_state, "one", Plan())) journal.Note(new SettingChange(_fake.Folder, "current_tracer", SettingKind.Value, "nop"));

        var (recovered, problems) = LeftOvers.Recover([_state], null);
        Assert.Empty(recovered);
        Assert.Equal($"{Output}, left by a recorder that could not complete it, could not be completed now either: a part of it cannot be opened: Too many levels of symbolic links. What was recorded is kept (.x.part, .x.cpu1, .x.cpu2), and the next recording tries again; to give it up: rm {Path.Combine(_state, "one.journal")}", Assert.Single(problems));
        Assert.Equal([".x.cpu1", ".x.cpu2", ".x.kernel", ".x.part"], Names);
        Assert.Equal("nop", _fake["current_tracer"]);

        // Somebody uses the machine meanwhile; what he set is none of the next recorder's business, nor is what is in his buffer.
        _fake["current_tracer"] = "function_graph";
        Directory.CreateDirectory(Path.Combine(_fake.Folder, "per_cpu/cpu0"));
        File.WriteAllBytes(Path.Combine(_fake.Folder, "per_cpu/cpu0/trace_pipe_raw"), RingPages.Page(1, 1));
        File.Delete(metadata);
        File.WriteAllBytes(metadata, []);
        (recovered, problems) = LeftOvers.Recover([_state], null);
        Assert.Empty(problems);
        Assert.Equal([3L, 9L, 18L], Assert.Single(recovered).PerCpu.Select(c => c.Events));
        Assert.StartsWith("Its recorder (pid 4711) could not complete it", Assert.Single(recovered[0].Warnings), StringComparison.Ordinal);
        Assert.Equal("function_graph", _fake["current_tracer"]);
        Assert.Equal(["x.dat"], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    [Fact]
    public void A_recorder_whose_end_fails_puts_the_machine_back_keeps_the_data_and_says_where()
    {
        // What was drained cannot become the result: a folder has its name by then.
        var error = Assert.Throws<RecordingException>(() => Record(new RecordingRequest { Path = Output, Overwrite = true }, () => Directory.CreateDirectory(Output)));
        Assert.Equal(ErrorCode.OutputNotWritable, error.Code);
        Assert.StartsWith($"{Output} could not be completed: {Output} cannot be put in place: Is a directory", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("What was recorded is kept beside it (.x.part, .x.cpu1, .x.kernel); mend that, make room for example, and the next recording completes it before it starts.", error.Message, StringComparison.Ordinal);
        Assert.Equal([".x.cpu1", ".x.kernel", ".x.part", "x.dat"], Names);
        Assert.Equal("nop", _fake["current_tracer"]);

        var (recovered, problems) = LeftOvers.Recover([_state], _fake.TraceFs);
        Assert.Empty(problems);
        Assert.Equal(Path.Combine(_folder, "x.recovered.dat"), Assert.Single(recovered).Path);
        Assert.Equal([(0, 3L), (1, 9L)], recovered[0].PerCpu.Select(c => (c.Cpu, c.Events)));
        Assert.Equal(["x.dat", "x.recovered.dat"], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    [Fact]
    public void What_cannot_be_packed_for_want_of_room_is_there_all_the_same()
    {
        var recording = Record(new RecordingRequest { Path = Output, Overwrite = true, Compress = true, MinFree = long.MaxValue }, () => { });
        Assert.Contains($"{Output} could not be packed: too little space is free. It is there, not packed.", recording.Warnings);
        Assert.Equal("none\0"u8, File.ReadAllBytes(Output).AsSpan(18, 5));
        Assert.Equal(["x.dat"], Names);
        Assert.Empty(Directory.EnumerateFiles(_state));
    }

    [Fact]
    public void A_signal_while_it_is_set_up_ends_the_recording_as_it_begins()
    {
        using var guard = new ExitGuard();
        using var stopped = new ManualResetEvent(false);
        // What the runtime does with a signal: the process goes on to its end when the handlers have returned.
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

    private RecordingResult Record(RecordingRequest asked, Action meanwhile)
    {
        for (var cpu = 0; cpu < 2; cpu++)
        {
            _fake[$"per_cpu/cpu{cpu}/stats"] = $"entries: 0\noverrun: 0\nread events: {(cpu == 0 ? 3 : 9)}\n";
            File.WriteAllBytes(Path.Combine(_fake.Folder, $"per_cpu/cpu{cpu}/trace_pipe_raw"), _pages[cpu]);
        }
        var plan = Plan(new CpuPart(0, ".x.part", 4096), new CpuPart(1, ".x.cpu1", 0));
        var place = OutputPlace.Open(Output);
        var files = plan.Parts.Select(p => place.Create(p.File)).ToList();
        _ = LibC.Seek(files[0], 4096, 0);
        var journal = Journal.Create(_state, "one", plan);
        var settings = new Settings(journal.Note);
        settings.Set(_fake.TraceFs, own: false, "current_tracer", "function");
        using var session = new RecordingSession(asked, plan, _fake.TraceFs, _fake.TraceFs, settings, journal, place, files, place.Create(plan.Metadata), [], null, null, false, new ExitGuard(), []);
        session.Begin();
        meanwhile();
        session.Stop();
        return session.Wait();
    }
}

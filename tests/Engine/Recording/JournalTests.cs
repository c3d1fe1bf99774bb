using KernelMagnifier.Recording;

namespace KernelMagnifier.Engine.Tests.Recording;

public sealed class JournalTests : IDisposable
{
    private readonly FakeTraceFs _fake = new();
    private readonly string _state = Directory.CreateTempSubdirectory("km-state-").FullName;

    public JournalTests() => File.SetUnixFileMode(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public void Dispose()
    {
        _fake.Dispose();
        Directory.Delete(_state, true);
    }

    internal static RecordingPlan Plan(string traceFs, string output, string instance = "", params CpuPart[] parts) => new()
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
        Asked = "function; quote \" and \n newline",
        Parts = parts,
        Metadata = "",
        Reserve = "",
    };

    [Fact]
    public void A_living_recorder_s_journal_is_left_alone_and_a_dead_one_s_is_found_whole()
    {
        var plan = Plan(_fake.Folder, "/tmp/x.dat", "", new CpuPart(0, ".x.part", 4096), new CpuPart(3, ".x.cpu3", 0));
        var journal = Journal.Create(_state, "one", plan);
        journal.Note(new SettingChange(_fake.Folder, "current_tracer", SettingKind.Value, "nop"));
        journal.Note(new SettingChange(_fake.Folder, "set_ftrace_filter", SettingKind.Functions, "vfs_read\n\"odd\""));
        journal.NoteHeld(77, "12345");
        Assert.Empty(Journal.Orphans([_state]));

        journal.Dispose();
        var (found, read, changes, held, undone, joining) = Assert.Single(Journal.Orphans([_state]));
        Assert.Equivalent(plan, read);
        Assert.Equal([("current_tracer", "nop"), ("set_ftrace_filter", "vfs_read\n\"odd\"")], changes.Select(c => (c.Name, c.Before)));
        Assert.Equal((77, "12345"), held);
        Assert.False(undone);
        Assert.Null(joining);
        found.Dispose();
    }

    [Fact]
    public void A_journal_is_its_owner_s_alone()
    {
        using var journal = Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(journal.Path));
    }

    [Fact]
    public void A_last_line_cut_off_was_about_something_not_done()
    {
        using (var journal = Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat"))) journal.Note(new SettingChange(_fake.Folder, "tracing_on", SettingKind.Value, "1"));
        var path = Path.Combine(_state, "one.journal");
        File.AppendAllText(path, "{\"directory\":\"/sys/ker");
        var (found, _, changes, _, _, _) = Assert.Single(Journal.Orphans([_state]));
        Assert.Equal("tracing_on", Assert.Single(changes).Name);
        found.Dispose();
    }

    [Fact]
    public void What_others_could_have_written_is_not_believed()
    {
        Journal.Create(_state, "one", Plan(_fake.Folder, "/tmp/x.dat")).Dispose();
        var path = Path.Combine(_state, "one.journal");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);
        Assert.Empty(Journal.Orphans([_state]));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(_state, File.GetUnixFileMode(_state) | UnixFileMode.GroupWrite);
        Assert.Empty(Journal.Orphans([_state]));
        File.SetUnixFileMode(_state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var link = Path.Combine(_state, "two.journal");
        File.Move(path, Path.Combine(_fake.Folder, "elsewhere"));
        File.CreateSymbolicLink(link, Path.Combine(_fake.Folder, "elsewhere"));
        Assert.Empty(Journal.Orphans([_state]));
    }

    [Fact]
    public void A_killed_recorder_s_settings_are_put_back_and_its_pages_recovered()
    {
        var folder = Directory.CreateTempSubdirectory("km-out-").FullName;
        try
        {
            _fake["current_tracer"] = "function_graph";
            File.WriteAllBytes(Path.Combine(folder, ".x.part"), [.. new byte[4096], .. RingPages.Page(1000, 5), .. RingPages.Page(2000, 3, lost: 7), .. new byte[100]]);
            File.WriteAllBytes(Path.Combine(folder, ".x.cpu1"), RingPages.Page(1500, 2));
            File.WriteAllBytes(Path.Combine(folder, ".x.kernel"), []);
            var plan = Plan(_fake.Folder, Path.Combine(folder, "x.dat"), "", new CpuPart(0, ".x.part", 4096), new CpuPart(1, ".x.cpu1", 0)) with { Metadata = ".x.kernel" };
            using (var journal = Journal.Create(_state, "one", plan)) journal.Note(new SettingChange(_fake.Folder, "current_tracer", SettingKind.Value, "nop"));

            var recovered = Assert.Single(LeftOvers.Recover([_state], _fake.TraceFs).Recovered);
            Assert.Equal("nop", _fake["current_tracer"]);
            Assert.Equal(Path.Combine(folder, "x.dat"), recovered.Path);
            Assert.Equal(RecordingEnd.Recovered, recovered.EndedBy);
            Assert.Equal([(0, 8L, 7L, 8192L), (1, 2L, 0L, 4096L)], recovered.PerCpu.Select(c => (c.Cpu, c.Events, c.LostEvents, c.Bytes)));
            Assert.Equal(["x.dat"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
            Assert.Empty(Directory.EnumerateFiles(_state));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void A_file_already_there_is_not_replaced_by_a_recovered_one()
    {
        var folder = Directory.CreateTempSubdirectory("km-out-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "x.dat"), "mine");
            File.WriteAllBytes(Path.Combine(folder, ".x.part"), [.. new byte[4096], .. RingPages.Page(1000, 5)]);
            File.WriteAllBytes(Path.Combine(folder, ".x.kernel"), []);
            Journal.Create(_state, "one", Plan(_fake.Folder, Path.Combine(folder, "x.dat"), "", new CpuPart(0, ".x.part", 4096)) with { Metadata = ".x.kernel" }).Dispose();
            Assert.Equal(Path.Combine(folder, "x.recovered.dat"), Assert.Single(LeftOvers.Recover([_state], null).Recovered).Path);
            Assert.Equal("mine", File.ReadAllText(Path.Combine(folder, "x.dat")));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}

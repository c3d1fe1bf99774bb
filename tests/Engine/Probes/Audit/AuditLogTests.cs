using System.Net.Sockets;
using System.Text;
using KernelMagnifier.Probes.Audit;

namespace KernelMagnifier.Engine.Tests.Probes.Audit;

public sealed class AuditLogTests
{
    [Fact]
    public void RecordsAreReadAsTheyWereWritten()
    {
        using var log = new TemporaryLog();
        AuditLog.Append(log.Path, new AuditEntry
        {
            Action = "Run", Probe = "runq-late", Version = "1.2.3", Hash = new string('a', 64), Outcome = "Completed", Reason = "line\nbreak \"x\" é",
            Parameters = new Dictionary<string, string> { ["us"] = "500" }, Approvers = ["anna", "bert"], DurationNanoseconds = 5,
            ProgramNanoseconds = 6, ProgramRuns = 7, ToolNanoseconds = 8, OutputBytes = 9, LostEvents = 10, Bpftrace = "0.17.0", Begin = 1,
            Limits = new(),
        }, long.MaxValue, 0);
        var record = Assert.Single(Read(log.Path));
        Assert.Equal((1, "Run", "runq-late", "1.2.3", "Completed"), (record.Sequence, record.Action, record.Probe, record.Version, record.Outcome));
        Assert.Equal("line\nbreak \"x\" é", record.Reason);
        Assert.Equal("500", record.Parameters["us"]);
        Assert.Equal(["anna", "bert"], record.Approvers);
        Assert.Equal((5, 6, 7, 8, 9, 10, 1), (record.DurationNanoseconds, record.ProgramNanoseconds, record.ProgramRuns, record.ToolNanoseconds,
            record.OutputBytes, record.LostEvents, record.Begin));
        Assert.Equal(Environment.MachineName, record.Host);
        Assert.Equal(Environment.ProcessId, record.ProcessId);
        Assert.InRange(record.Time, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Null(record.SudoUser);
        Assert.True(log.Verify().IsWhole);
    }

    [Fact]
    public void EachRecordNamesTheOneBefore()
    {
        using var log = new TemporaryLog().Fill(3);
        var records = Read(log.Path);
        Assert.Equal([1L, 2, 3], records.Select(r => r.Sequence));
        for (var i = 1; i < 3; i++) Assert.Contains($"\"prev\":\"{records[i - 1].RecordHash}\"", log.Lines[i], StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(log.Path));
    }

    [Fact]
    public void ManyWritersKeepTheChain()
    {
        using var log = new TemporaryLog();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, writer =>
        {
            for (var i = 0; i < 25; i++) log.Append($"writer-{writer}");
        });
        var check = log.Verify();
        Assert.True(check.IsWhole, string.Join("\n", check.Findings));
        Assert.Equal(200, check.Records);
        Assert.All(Read(log.Path).CountBy(r => r.Probe!), pair => Assert.Equal(25, pair.Value));
    }

    [Fact]
    public void AnUnfinishedLineIsSealed()
    {
        using var log = new TemporaryLog().Fill(2);
        File.AppendAllText(log.Path, "{\"seq\":3,\"prev\":\"12");
        Assert.Equal("Unfinished", Assert.Single(log.Verify().Findings).Kind);
        Assert.Equal(4, log.Append("after").Sequence);
        var check = log.Verify();
        Assert.True(check.IsWhole, string.Join("\n", check.Findings));
        Assert.Equal([1L, 2, 3, 4], Read(log.Path).Select(r => r.Sequence));
        Assert.Equal("Recovered", Read(log.Path)[2].Action);
        // What was sealed cannot be replaced later.
        log.Lines = [.. log.Lines.Select((line, i) => i == 2 ? "{\"seq\":3,\"prev\":\"13" : line)];
        Assert.Equal(3, Assert.Single(log.Verify().Findings).Line);
    }

    [Fact]
    public void ARecordWithoutItsLineFeedIsCompleted()
    {
        using var log = new TemporaryLog().Fill(2);
        File.WriteAllText(log.Path, File.ReadAllText(log.Path).TrimEnd('\n'));
        log.Append();
        Assert.True(log.Verify().IsWhole);
        Assert.Equal([1L, 2, 3], Read(log.Path).Select(r => r.Sequence));
    }

    [Fact]
    public void AnotherFileContinuesTheChain()
    {
        using var log = new TemporaryLog();
        for (var i = 0; i < 12; i++) log.Append(largest: 2000);
        Assert.True(Directory.GetFiles(log.Directory, "probes.jsonl.0*").Length >= 2);
        Assert.Contains("\"action\":\"Rotated\"", log.Lines[0], StringComparison.Ordinal);
        var check = log.Verify();
        Assert.True(check.IsWhole, string.Join("\n", check.Findings));
        Assert.Equal(12, Read(log.Path).Count(r => r.Action == "Refused"));
        // One of the files is gone.
        File.Delete(Directory.GetFiles(log.Directory, "probes.jsonl.0*").Order().ElementAt(1));
        Assert.Contains(log.Verify().Findings, f => f.Kind == "Removed");
    }

    [Fact]
    public void ALogThatLogrotateMovedAwayIsContinued()
    {
        using var log = new TemporaryLog().Fill(3);
        File.Move(log.Path, log.Path + "-old");
        log.Append();
        Assert.Equal([4L, 5], Read(log.Path).Select(r => r.Sequence));
        var check = log.Verify();
        Assert.True(check.IsWhole, string.Join("\n", check.Findings));
        Assert.Equal(4, check.FirstSequence);
    }

    [Fact]
    public void ALogThatWasCutIsNotContinuedAsIfNothingHadHappened()
    {
        using var log = new TemporaryLog().Fill(5);
        log.Lines = log.Lines[..3];
        log.Append();
        var check = log.Verify();
        Assert.Equal(("Removed", 4L, 4L), (check.Findings[0].Kind, check.Findings[0].Line!.Value, check.Findings[0].Sequence!.Value));
        Assert.Contains(Read(log.Path), r => r is { Action: "Recovered", Sequence: 6 });
    }

    [Fact]
    public void ADamagedEndIsNotContinued()
    {
        using var log = new TemporaryLog().Fill(3);
        log.Lines = [.. log.Lines[..2], log.Lines[2].Replace("probe-2", "probe-3", StringComparison.Ordinal)];
        Assert.Equal(ErrorCode.AuditNotWritable, Assert.Throws<KernelMagnifierException>(() => log.Append()).Code);
    }

    [Theory]
    [InlineData("link"), InlineData("shared"), InlineData("directory"), InlineData("hard link"), InlineData("shared directory")]
    public void AnUnsafeLogIsNotWritten(string how)
    {
        using var log = new TemporaryLog();
        var other = Path.Combine(log.Directory, "other");
        if (how != "directory") File.WriteAllText(other, "");
        if (how == "link") File.CreateSymbolicLink(log.Path, other);
        if (how == "shared") File.WriteAllText(log.Path, "");
        if (how == "shared") File.SetUnixFileMode(log.Path, (UnixFileMode)0b110_110_110);
        if (how == "directory") Directory.CreateDirectory(log.Path);
        if (how == "hard link") { log.Append(); using var ln = System.Diagnostics.Process.Start("ln", [log.Path, other + "2"]); ln.WaitForExit(); }
        if (how == "shared directory") File.SetUnixFileMode(log.Directory, (UnixFileMode)0b111_111_111);
        Assert.Equal(ErrorCode.AuditNotWritable, Assert.Throws<KernelMagnifierException>(() => log.Append()).Code);
        if (how == "link") Assert.Equal("", File.ReadAllText(other));
    }

    [Fact]
    public void TheJournalGetsFieldsAndNoForgedOnes()
    {
        using var log = new TemporaryLog();
        var path = Path.Combine(log.Directory, "socket");
        using var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        journal.Bind(new UnixDomainSocketEndPoint(path));
        Assert.Null(AuditJournal.Send(path, new AuditEntry { Action = "Refused", Probe = "p", Reason = "a\nKM_ACTION=Run" }, 7));
        var buffer = new byte[4096];
        var text = Encoding.Latin1.GetString(buffer, 0, journal.Receive(buffer));
        Assert.Contains("KM_ACTION=Refused\n", text, StringComparison.Ordinal);
        Assert.Contains("KM_SEQUENCE=7\n", text, StringComparison.Ordinal);
        // Binary form: the name, the length, the value.
        Assert.Contains("KM_REASON\n\u000F\0\0\0\0\0\0\0a\nKM_ACTION=Run\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AJournalThatFailsIsAWarning()
    {
        using var log = new TemporaryLog();
        var path = Path.Combine(log.Directory, "socket");
        using (var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)) journal.Bind(new UnixDomainSocketEndPoint(path));
        File.WriteAllText(path, "");
        Assert.NotNull(AuditJournal.Send(path, new AuditEntry { Action = "Run" }, 1));
        Assert.Null(AuditJournal.Send(path + "2", new AuditEntry { Action = "Run" }, 1));
    }

    [Fact]
    public void TextsOfARefusalAreCut()
    {
        using var log = new TemporaryLog();
        log.Append(new string('p', 1_000_000), new string('r', 1_000_000));
        Assert.InRange(new FileInfo(log.Path).Length, 1, 4096);
        Assert.True(log.Verify().IsWhole);
    }

    internal static List<ProbeAuditRecord> Read(string path)
    {
        List<ProbeAuditRecord> records = [];
        AuditReader.Read(path, records.Add, default);
        return records;
    }
}

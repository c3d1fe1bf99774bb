using System.Diagnostics;
using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Policies;
using Xunit.Abstractions;

namespace KernelMagnifier.Engine.Tests.Probes.Audit;

public sealed class AuditVerifierTests(ITestOutputHelper output)
{
    [Fact]
    public void EveryOfAThousandRandomChangesIsFound()
    {
        using var log = new TemporaryLog().Fill(40);
        var whole = File.ReadAllBytes(log.Path);
        var random = new Random(20261130);
        for (var i = 0; i < 1000; i++)
        {
            var changed = Change(whole, random);
            File.WriteAllBytes(log.Path, changed);
            var check = log.Verify();
            Assert.False(check.IsWhole, $"change {i}: {Convert.ToHexString(changed)}");
            Assert.NotNull(check.Findings[0].Line);
        }
    }

    /// <summary>A byte changed, removed, inserted or doubled anywhere, or a part removed. (That the end alone is whole is what checkpoints are for.)</summary>
    private static byte[] Change(byte[] whole, Random random)
    {
        var at = random.Next(whole.Length);
        var lastLine = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        switch (random.Next(4))
        {
            case 0:
                var changed = whole.ToArray();
                changed[at] ^= (byte)(1 << random.Next(8));
                return changed;
            case 1:
                return [.. whole[..at], .. whole[(at + 1)..]];
            case 2:
                return [.. whole[..at], (byte)random.Next(256), .. whole[at..]];
            default:
                var start = random.Next(lastLine);
                return [.. whole[..start], .. whole[random.Next(start + 1, lastLine + 1)..]];
        }
    }

    [Theory]
    [InlineData("0,1,3,4", "Removed", 3, 3)]
    [InlineData("1,2,3,4", "Removed", 1, 1)]
    [InlineData("0,3,4", "Removed", 2, 2)]
    [InlineData("0,2,1,3,4", "Reordered", 3, 2)]
    [InlineData("0,1,1,2,3,4", "Inserted", 3, 2)]
    [InlineData("0,1,2,3,4,0", "Inserted", 6, 1)]
    public void LinesThatMovedAreNamed(string order, string kind, long line, long sequence)
    {
        using var log = new TemporaryLog().Fill(5);
        var lines = log.Lines;
        log.Lines = [.. order.Split(',').Select(i => lines[int.Parse(i)])];
        var finding = log.Verify().Findings[0];
        Assert.Equal((kind, line, sequence), (finding.Kind, finding.Line!.Value, finding.Sequence!.Value));
        Assert.Equal(line, log.Verify().FirstBadLine);
    }

    [Fact]
    public void ARecordOfAnotherLogIsFound()
    {
        using var log = new TemporaryLog().Fill(3);
        using var other = new TemporaryLog().Fill(3);
        log.Lines = [log.Lines[0], other.Lines[1], log.Lines[2]];
        Assert.Equal([2L, 3], log.Verify().Findings.Select(f => f.Line!.Value));
    }

    [Fact]
    public void ACutEndIsFoundByACheckpoint()
    {
        using var log = new TemporaryLog().Fill(5);
        var checkpoint = CheckpointOf(log, 5);
        Assert.Equal(1, log.Verify(checkpoint).CheckpointsMet);
        log.Lines = log.Lines[..4];
        var beside = Assert.Single(log.Verify().Findings);
        Assert.Equal(("Cut", 5L), (beside.Kind, beside.Sequence!.Value));
        Assert.Contains("probes.jsonl.tip is of record 5", beside.Message, StringComparison.Ordinal);
        // Whoever cuts the log can write that file, too: not the checkpoint.
        File.Delete(log.Path + ".tip");
        Assert.True(log.Verify().IsWhole);
        var finding = Assert.Single(log.Verify(checkpoint).Findings);
        Assert.Equal(("Cut", 5L, 4L), (finding.Kind, finding.Sequence!.Value, finding.Line!.Value));
    }

    [Fact]
    public void ALogThatWasWrittenAnewIsFoundByACheckpoint()
    {
        using var log = new TemporaryLog().Fill(5);
        using var forged = new TemporaryLog().Fill(8);
        Assert.True(forged.Verify().IsWhole);
        var finding = Assert.Single(forged.Verify(CheckpointOf(log, 5)).Findings);
        Assert.Equal(("Rewritten", 5L, 5L), (finding.Kind, finding.Line!.Value, finding.Sequence!.Value));
    }

    [ProgramFact("ssh-keygen")]
    public void CheckpointsAreSigned()
    {
        using var log = new TemporaryLog().Fill(3);
        var key = Path.Combine(log.Directory, "key");
        using (var made = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])) made.WaitForExit();
        var signers = Path.Combine(log.Directory, "signers");
        File.WriteAllText(signers, $"auditor namespaces=\"{AuditCheckpoint.Namespace}\" {File.ReadAllText(key + ".pub")}");
        var policy = new ProbePolicy { AuditLog = log.Path, AllowedSigners = signers };
        var path = Path.Combine(log.Directory, "checkpoint.json");

        Assert.Equal(3, CheckpointFile.Create(policy, key, path, force: false, default).Sequence);
        Assert.Equal("Checkpoint", AuditLogTests.Read(log.Path)[^1].Action);
        var check = CheckpointFile.Verify(log.Path, [path], policy, default);
        Assert.True(check.IsWhole, string.Join("\n", check.Findings));
        Assert.Equal(1, check.CheckpointsMet);

        File.WriteAllText(path, File.ReadAllText(path).Replace("\"sequence\": 3", "\"sequence\": 2", StringComparison.Ordinal));
        Assert.Equal("Checkpoint", Assert.Single(CheckpointFile.Verify(log.Path, [path], policy, default).Findings).Kind);
        File.WriteAllText(signers, $"auditor namespaces=\"approve@kernel-magnifier\" {File.ReadAllText(key + ".pub")}");
        Assert.Equal("Checkpoint", Assert.Single(CheckpointFile.Verify(log.Path, [path], policy, default).Findings).Kind);
    }

    [ProgramFact("ssh-keygen")]
    public void NoCheckpointIsMadeOfADamagedLog()
    {
        using var log = new TemporaryLog().Fill(3);
        log.Lines = [log.Lines[0], log.Lines[2]];
        var policy = new ProbePolicy { AuditLog = log.Path };
        var path = Path.Combine(log.Directory, "checkpoint.json");
        Assert.Equal(ErrorCode.AuditUnreadable,
            Assert.Throws<KernelMagnifierException>(() => CheckpointFile.Create(policy, "/no/key", path, force: false, default)).Code);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void ALogOfAHundredThousandRecordsIsVerified()
    {
        using var log = new TemporaryLog();
        using (var file = File.Create(log.Path))
        {
            var end = AuditEnd.None;
            var entry = new AuditEntry
            {
                Action = "Run", Probe = "runq-late", Version = "1.0.0", Hash = new string('a', 64), Outcome = "Completed", Limits = new(),
                Parameters = new Dictionary<string, string> { ["us"] = "500" }, Approvers = ["anna", "bert"], DurationNanoseconds = 30_000_000_000,
            };
            var record = Encoding.UTF8.GetString(AuditRecordWriter.Write(entry, end, null, out _));
            // The parts that differ from record to record; the writer would ask the machine for all others each time.
            var (after, before) = (record.IndexOf(",\"time\"", StringComparison.Ordinal), record.LastIndexOf(",\"sum\"", StringComparison.Ordinal));
            var digits = new byte[AuditEnd.SumLength];
            for (var i = 1; i <= 100_000; i++)
            {
                var content = Encoding.UTF8.GetBytes($"{{\"seq\":{i},\"prev\":\"{end.Sum}\"{record[after..before]}");
                AuditLine.SumOf(content, digits);
                end = new AuditEnd(i, Encoding.ASCII.GetString(digits));
                file.Write(content);
                file.Write(Encoding.ASCII.GetBytes($",\"sum\":\"{end.Sum}\"}}\n"));
            }
        }
        var clock = Stopwatch.StartNew();
        var check = log.Verify();
        output.WriteLine($"{new FileInfo(log.Path).Length / 1e6:0.0} MB verified in {clock.ElapsedMilliseconds} ms");
        Assert.True(check.IsWhole);
        Assert.Equal(100_000, check.Records);
        Assert.Equal(100_000, check.LastSequence);
    }

    [Fact]
    public void LongLinesAndBinaryFilesAreFindings()
    {
        using var log = new TemporaryLog();
        File.WriteAllBytes(log.Path, [.. Encoding.ASCII.GetBytes(new string('x', 3_000_000)), (byte)'\n', .. new byte[100_000], (byte)'\n']);
        Assert.Equal(2, log.Verify().FindingCount);
        File.WriteAllText(log.Path, "");
        Assert.True(log.Verify().IsWhole);
        Assert.Null(log.Verify().LastSequence);
    }

    private static AuditCheckpoint CheckpointOf(TemporaryLog log, int record)
        => new("host", "", record, AuditLogTests.Read(log.Path)[record - 1].RecordHash, 0, DateTimeOffset.UtcNow) { Path = "checkpoint.json" };
}

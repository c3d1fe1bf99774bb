using System.Globalization;
using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Signing;

namespace KernelMagnifier.Probes.Audit;

/// <summary>The file of a checkpoint with its signature. docs/formats/probe-audit.md describes it.</summary>
internal static class CheckpointFile
{
    private const string Schema = "kernel-magnifier-checkpoint";
    private const int Longest = 4096, LongestSignature = 64 * 1024;
    private const string Expected = "A checkpoint of an audit log is expected.";

    /// <summary>Makes a checkpoint of a log, signs it, writes it, and notes it in the log.</summary>
    /// <param name="policy">The policy, whose log it is.</param>
    /// <param name="key">The signing key.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="force">Replace an existing file.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="KernelMagnifierException">
    /// The log is damaged or cannot be read or written, the key does not sign, or the file cannot be written.
    /// </exception>
    public static AuditCheckpoint Create(ProbePolicy policy, string key, string path, bool force, CancellationToken cancel)
    {
        OutputFile.Check(path, force);
        var check = AuditVerifier.Verify(policy.AuditLog, [], cancel);
        // A signature would make the damage look as if it had been there before somebody looked.
        if (!check.IsWhole)
            throw new KernelMagnifierException(ErrorCode.AuditUnreadable, policy.AuditLog,
                $"the log is damaged, so no checkpoint is made of it: {check.Findings[0]}", "Find out what happened to it.");
        if (check is not { LastSequence: { } sequence, LastHash: { } sum })
            throw new KernelMagnifierException(ErrorCode.AuditUnreadable, policy.AuditLog, "the log has no records.",
                "It begins with the first run of a probe on this machine.");
        var size = new FileInfo(policy.AuditLog) is { Exists: true } file ? file.Length : 0;
        var checkpoint = new AuditCheckpoint(AuditOrigin.Host, AuditOrigin.MachineId ?? "", sequence, sum, size,
            DateTimeOffset.UtcNow)
        {
            Path = path,
        };
        var signature = SshSignature.Sign(key, AuditCheckpoint.Namespace, checkpoint.Message(), cancel);
        using (var output = OutputFile.Create(path, force, cancel: cancel))
        {
            output.Stream.Write(Bytes(checkpoint, signature));
            output.Commit();
        }
        AuditLog.Append(policy, new AuditEntry
        {
            Action = "Checkpoint",
            Reason = string.Create(CultureInfo.InvariantCulture, $"a checkpoint was made of record {sequence}"), Hash = sum,
        });
        return checkpoint;
    }

    /// <summary>Reads a checkpoint and verifies its signature.</summary>
    /// <param name="path">The file.</param>
    /// <param name="policy">The policy, whose allowed signers count.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.AuditUnreadable"/>: it is none; <see cref="ErrorCode.SignatureRefused"/>.
    /// </exception>
    public static AuditCheckpoint Read(string path, ProbePolicy policy, CancellationToken cancel)
    {
        var (checkpoint, signature) = Parse(path);
        SshSignature.Verify(signature, AuditCheckpoint.Namespace, checkpoint.Message(), policy.AllowedSigners, policy.RevokedKeys,
            checkpoint.Time, cancel);
        return checkpoint;
    }

    /// <summary>Verifies a log against checkpoints. One that cannot be relied on is a finding, not an error: the log is judged
    /// all the same.</summary>
    /// <param name="log">The log.</param>
    /// <param name="checkpoints">The files of the checkpoints.</param>
    /// <param name="policy">The policy, whose allowed signers count.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.AuditUnreadable"/>: the log cannot be read.</exception>
    public static ProbeAuditCheck Verify(string log, IReadOnlyList<string> checkpoints, ProbePolicy policy,
        CancellationToken cancel)
    {
        List<AuditCheckpoint> good = [];
        List<ProbeAuditFinding> bad = [];
        foreach (var path in checkpoints)
            try
            {
                good.Add(Read(path, policy, cancel));
            }
            catch (KernelMagnifierException error)
            {
                bad.Add(new ProbeAuditFinding("Checkpoint", path, null, null,
                    $"the checkpoint cannot be relied on: {error.Cause}"));
            }
        var check = AuditVerifier.Verify(log, good, cancel);
        foreach (var finding in bad) check.Add(finding);
        return check;
    }

    private static (AuditCheckpoint Checkpoint, byte[] Signature) Parse(string path)
    {
        byte[] bytes;
        try
        {
            using var file = InputHandle.OpenRegular(path);
            bytes = new byte[Math.Min(RandomAccess.GetLength(file), StrictJson.Largest + 1)];
            bytes = bytes[..RandomAccess.Read(file, bytes, 0)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotRegularException)
        {
            throw new KernelMagnifierException(ErrorCode.AuditUnreadable, path, $"{OutputFile.Cause(error)}.", Expected, error);
        }
        return StrictJson.Read(bytes, path, ErrorCode.AuditUnreadable, Expected, root =>
        {
            var file = new StrictObject(root, "");
            _ = file.Integer(Schema, 1, 1);
            var checkpoint = new AuditCheckpoint(file.Text("host", Longest), file.Text("machine", Longest, isEmpty: true),
                file.Integer("sequence", 1, long.MaxValue), file.Text("sum", AuditEnd.SumLength),
                    file.Integer("size", 0, long.MaxValue),
                file.Time("time"))
            {
                Path = path,
            };
            var signature = file.Text("signature", LongestSignature, hasLines: true);
            file.End();
            return (checkpoint, Encoding.UTF8.GetBytes(signature));
        });
    }

    private static byte[] Bytes(AuditCheckpoint checkpoint, byte[] signature) => StrictJson.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber(Schema, 1);
        json.WriteString("host", checkpoint.Host);
        json.WriteString("machine", checkpoint.Machine);
        json.WriteNumber("sequence", checkpoint.Sequence);
        json.WriteString("sum", checkpoint.Sum);
        json.WriteNumber("size", checkpoint.Size);
        json.WriteString("time", checkpoint.TimeText);
        json.WriteString("signature", Encoding.UTF8.GetString(signature));
        json.WriteEndObject();
    });
}

using KernelMagnifier.Probes.Audit;

namespace KernelMagnifier.Engine.Tests.Probes.Audit;

/// <summary>A log in a directory of its own.</summary>
internal sealed class TemporaryLog : IDisposable
{
    // Below the home directory: signers in /tmp are refused.
    public string Directory { get; } = System.IO.Directory.CreateDirectory(System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), $".km-audit-{Guid.NewGuid():N}"), (UnixFileMode)0b111_000_000).FullName;

    public string Path => System.IO.Path.Combine(Directory, "probes.jsonl");

    public AuditPlace Append(string probe = "runq-late", string? reason = null, long largest = long.MaxValue, string action = "Refused")
        => AuditLog.Append(Path, new AuditEntry { Action = action, Probe = probe, Reason = reason }, largest, 0);

    public TemporaryLog Fill(int records)
    {
        for (var i = 0; i < records; i++) Append($"probe-{i}", i % 3 == 0 ? $"reason \"{i}\"" : null);
        return this;
    }

    public ProbeAuditCheck Verify(params AuditCheckpoint[] checkpoints) => AuditVerifier.Verify(Path, checkpoints, default);

    public string[] Lines
    {
        get => File.ReadAllLines(Path);
        set => File.WriteAllText(Path, string.Concat(value.Select(line => line + "\n")));
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, true);
}

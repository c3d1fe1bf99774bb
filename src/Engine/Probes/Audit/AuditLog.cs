using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Audit;

/// <summary>Writes to the audit log of a policy, and to the journal of systemd where it is.</summary>
internal static class AuditLog
{
    /// <summary>Bytes that the record at the end of a run needs at most, as it is reserved when the run begins.</summary>
    private const long EndOfRun = 64 * 1024;

    // A gigabyte is 1.5 million records; files of this size are quick to copy and to verify.
    private const long LargestFile = 64 << 20;

    /// <summary>Writes a record. It is on the disk when the method returns.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.AuditNotWritable"/>: nothing may run.</exception>
    public static AuditPlace Append(ProbePolicy policy, AuditEntry entry) => Append(policy.AuditLog, entry, LargestFile, 0);

    /// <summary>Writes the record that a run begins with, and takes the disk space for the one that it ends with.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.AuditNotWritable"/>: nothing may run.</exception>
    public static AuditPlace Begin(ProbePolicy policy, AuditEntry entry) => Append(policy.AuditLog, entry, LargestFile, EndOfRun);

    /// <summary>Writes a record of a log.</summary>
    /// <param name="path">The log.</param>
    /// <param name="entry">What the record says.</param>
    /// <param name="largest">The bytes from which on another file is begun.</param>
    /// <param name="reserve">The bytes to reserve for what follows.</param>
    internal static AuditPlace Append(string path, AuditEntry entry, long largest, long reserve)
    {
        AuditPlace place;
        using (var log = OpenAuditLog.Open(path, largest))
        {
            if (reserve > 0) log.Reserve(reserve);
            var sum = log.Append(entry);
            place = new AuditPlace(log.End.Sequence, sum, null);
        }
        return place with { Warning = AuditJournal.Send(entry, place.Sequence) };
    }
}

namespace KernelMagnifier.Probes.Audit;

/// <summary>Where a record was written.</summary>
/// <param name="Sequence">The number of the record.</param>
/// <param name="Sum">Its SHA-256, in hexadecimal digits.</param>
/// <param name="Warning">Why it is not in the journal of systemd too; null if it is, or if there is no journal here.</param>
internal sealed record AuditPlace(long Sequence, string Sum, string? Warning);

namespace KernelMagnifier.Incidents;

/// <summary>A file in an incident file.</summary>
/// <param name="Name">Its name: <c>recording.dat</c>, <c>baseline.json</c>, <c>workload.json</c>, <c>assertions.json</c> or
/// <c>findings.json</c>.</param>
/// <param name="Bytes">Its size without compression.</param>
/// <param name="Sha256">The SHA-256 of its content, in hexadecimal digits.</param>
public sealed record IncidentPart(string Name, long Bytes, string Sha256);

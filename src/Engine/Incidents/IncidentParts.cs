namespace KernelMagnifier.Incidents;

/// <summary>The files of an incident file: their names and their limits. docs/formats/incident.md has the same.</summary>
internal static class IncidentParts
{
    /// <summary>What the others are.</summary>
    public const string Manifest = "manifest.json";

    /// <summary>The recording.</summary>
    public const string Recording = "recording.dat";

    /// <summary>The baseline.</summary>
    public const string Baseline = "baseline.json";

    /// <summary>The workload.</summary>
    public const string Workload = "workload.json";

    /// <summary>What should hold.</summary>
    public const string Assertions = "assertions.json";

    /// <summary>What was found out.</summary>
    public const string Findings = "findings.json";

    /// <summary>The largest incident file.</summary>
    public const long LargestFile = 2L << 30;

    private const long LargestRecording = 2L << 30, LargestDocument = 64L << 20, LargestText = 256L << 10;

    /// <summary>The most bytes of a part; null if there is no part of that name.</summary>
    public static long? LargestOf(string name) => name switch
    {
        Recording => LargestRecording,
        Baseline or Workload => LargestDocument,
        Manifest or Assertions or Findings => LargestText,
        _ => null,
    };
}

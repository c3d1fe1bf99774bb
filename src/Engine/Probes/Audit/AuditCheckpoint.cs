using System.Globalization;
using System.Text;

namespace KernelMagnifier.Probes.Audit;

/// <summary>The statement that a log had a record: what is signed and kept on another machine.</summary>
/// <param name="Host">The machine.</param>
/// <param name="Machine">Its id; empty if it has none.</param>
/// <param name="Sequence">The number of the last record.</param>
/// <param name="Sum">Its SHA-256, in hexadecimal digits.</param>
/// <param name="Size">The bytes of the file.</param>
/// <param name="Time">When the statement was made.</param>
internal sealed record AuditCheckpoint(string Host, string Machine, long Sequence, string Sum, long Size, DateTimeOffset Time)
{
    /// <summary>The namespace of the signature.</summary>
    public const string Namespace = "checkpoint@kernel-magnifier";

    /// <summary>The file of the checkpoint; empty for one that is not in a file.</summary>
    public string Path { get; init; } = "";

    /// <summary>What is signed: a line for each value, in a fixed order.</summary>
    public byte[] Message() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"kernel-magnifier-checkpoint 1\nhost {OneLine(Host)}\nmachine {OneLine(Machine)}\nsequence {Sequence}\nsum {Sum}\nsize {Size}\n"
        + $"time {TimeText}\n"));

    /// <summary>The time as it is signed.</summary>
    public string TimeText => Time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string OneLine(string text) => string.Concat(text.Where(c => !char.IsControl(c)));
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Files;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Library;

/// <summary>
/// The probes that this machine does not run any more, because a run exceeded its CPU budget. A suspension is of the bytes that
/// ran: another
/// version is another probe.
/// </summary>
internal static class ProbeSuspensions
{
    private const string FolderName = "suspended";
    private const int Largest = 64 * 1024;
    private const int LongestReason = 1024;

    /// <summary>The reason that a probe is suspended here; null if it is not.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeRefused"/>: others can change the
    /// suspensions.</exception>
    public static string? Find(ProbePolicy policy, string name, string hash)
    {
        var folder = Path.Combine(policy.StateDirectory, FolderName);
        if (!Directory.Exists(folder)) return null;
        if (PrivateDirectory.WhyShared(folder) is { } why) throw MachineState.Refused(folder, why);
        var path = PathOf(folder, name);
        if (!File.Exists(path)) return null;
        try
        {
            if (new FileInfo(path).Length > Largest) return "its suspension cannot be read";
            using var json = JsonDocument.Parse(File.ReadAllBytes(path),
                new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            var root = json.RootElement;
            return root.GetProperty("hash").GetString() == hash ? root.GetProperty("reason").GetString() ?? "no reason is stated"
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            // Whoever damages the file does not lift the suspension.
            return "its suspension cannot be read";
        }
    }

    /// <summary>Suspends a probe on this machine, and audits that.</summary>
    /// <exception cref="KernelMagnifierException">The state or the audit log cannot be written.</exception>
    public static void Add(ProbePolicy policy, ProbeSource source, string reason)
    {
        var path = PathOf(MachineState.Folder(policy, FolderName), source.Name);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("probe", source.Name);
            json.WriteString("hash", source.Hash);
            json.WriteString("reason", reason);
            json.WriteString("time", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        using (var file = OutputFile.Create(path, force: true))
        {
            file.Stream.Write(buffer.WrittenSpan);
            file.Commit();
        }
        AuditLog.Append(policy, new AuditEntry
        {
            Action = "Suspended", Probe = source.Name, Version = source.Manifest.Version, Hash = source.Hash, Reason = reason,
        });
    }

    /// <summary>Lifts the suspension of a probe, and audits that first.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="name">The probe.</param>
    /// <param name="reason">Why it may run again.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.ProbeNotFound"/>: it is not suspended; or the state or the audit log cannot be written.
    /// </exception>
    public static void Lift(ProbePolicy policy, string name, string reason)
    {
        var path = PathOf(MachineState.Folder(policy, FolderName), name);
        if (!File.Exists(path))
            throw new KernelMagnifierException(ErrorCode.ProbeNotFound, name, "the probe is not suspended on this machine.",
                "Name a suspended one.");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason)
            throw new KernelMagnifierException(ErrorCode.ProbeRefused, name, "a reason is needed, of at most 1,024 characters.",
                "State what has changed since the run that exceeded the budget.");
        AuditLog.Append(policy, new AuditEntry { Action = "Resumed", Probe = name, Reason = reason });
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw MachineState.Refused(path, OutputFile.Cause(error));
        }
    }

    /// <summary>The names of the suspended probes.</summary>
    public static IReadOnlyList<string> Names(ProbePolicy policy)
    {
        var folder = Path.Combine(policy.StateDirectory, FolderName);
        return !Directory.Exists(folder) ? []
            : [.. Directory.EnumerateFiles(folder,
                "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The file of a probe. The name is that of a manifest, or what a user typed.</summary>
    private static string PathOf(string folder, string name)
        => name.Length is > 0 and <= 128 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? Path.Combine(folder, name + ".json")
            : throw new KernelMagnifierException(ErrorCode.ProbeNotFound, name, "this is no name of a probe.",
                "Names have lower-case letters, digits and dashes.");
}

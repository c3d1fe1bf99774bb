using System.Globalization;
using System.Net.Sockets;
using KernelMagnifier.Native;

namespace KernelMagnifier.Probes.Audit;

/// <summary>
/// Sends records of the audit log to the journal of systemd. It is a copy: its failure stops nothing.
/// </summary>
internal static class AuditJournal
{
    private const int SendMilliseconds = 1000;
    private const string Critical = "2", Warning = "4", Notice = "5"; // syslog(3)

    /// <summary>Sends a record.</summary>
    /// <returns>Why it was not sent, as a sentence; null if it was, or if there is no journal here.</returns>
    public static string? Send(AuditEntry entry, long sequence) => Send(JournalMessage.SystemSocket, entry, sequence);

    /// <summary>Sends a record to a socket.</summary>
    internal static string? Send(string socket, AuditEntry entry, long sequence)
    {
        if (!File.Exists(socket)) return null;
        try
        {
            Message(entry, sequence).Send(socket, SendMilliseconds);
            return null;
        }
        catch (SocketException error)
        {
            return $"The journal of systemd did not take the record: {error.Message}.";
        }
    }

    private static JournalMessage Message(AuditEntry entry, long sequence)
    {
        var message = new JournalMessage();
        var what = entry.Probe is null ? entry.Action : $"{entry.Action} {entry.Probe}";
        message.Add("MESSAGE", $"Probe audit: {what}{(entry.Outcome is null ? "" : $", {entry.Outcome}")}"
            + (entry.Reason is null ? "" : $": {entry.Reason}"));
        message.Add("PRIORITY", entry.Action switch
        {
            "Emergency" => Critical,
            "Refused" or "Suspended" or AuditRecordWriter.Recovered => Warning,
            _ => Notice,
        });
        message.Add("SYSLOG_IDENTIFIER", "kernel-magnifier");
        message.Add("KM_ACTION", entry.Action);
        message.Add("KM_SEQUENCE", sequence.ToString(CultureInfo.InvariantCulture));
        message.Add("KM_PROBE", entry.Probe);
        message.Add("KM_VERSION", entry.Version);
        message.Add("KM_HASH", entry.Hash);
        message.Add("KM_OUTCOME", entry.Outcome);
        message.Add("KM_REASON", entry.Reason);
        message.Add("KM_APPROVERS", entry.Approvers.Count == 0 ? null : string.Join(' ', entry.Approvers));
        message.Add("KM_PARAMETERS", entry.Parameters.Count == 0 ? null
            : string.Join(' ', entry.Parameters.Select(p => $"{p.Key}={p.Value}")));
        message.Add("KM_SUDO_USER", Environment.GetEnvironmentVariable("SUDO_USER"));
        return message;
    }
}

using System.Globalization;
using System.Net.Sockets;
using KernelMagnifier.Measuring;
using KernelMagnifier.Native;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>Sends records to the journal of systemd, as fields that journalctl(1) finds them by.</summary>
internal sealed class JournalSink(string socket) : ILogSink
{
    private const int MostMilliseconds = 5000;

    private readonly string _socket = socket.Length == 0 ? JournalMessage.SystemSocket : socket;

    /// <inheritdoc/>
    public SendResult Send(in SinkRecord record, Deadline deadline)
    {
        try
        {
            Message(record).Send(_socket, deadline.StepOf(MostMilliseconds));
            return SendResult.Delivered;
        }
        catch (SocketException error)
        {
            return SendResult.Waits($"the journal of systemd ({_socket}) does not take records: {error.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>The fields of a record.</summary>
    internal static JournalMessage Message(in SinkRecord sent)
    {
        var record = sent.Record;
        var message = new JournalMessage();
        message.Add("MESSAGE", RecordText.Sentence(record));
        message.Add("PRIORITY", RecordText.Severity(record).ToString(CultureInfo.InvariantCulture));
        message.Add("SYSLOG_IDENTIFIER", RecordText.Program);
        message.Add("MESSAGE_ID", MessageId(record));
        message.Add("KM_ID", record.Id.ToString());
        message.Add("KM_STATUS", record.Status);
        message.Add("KM_SCHEDULE", record.Schedule);
        message.Add("KM_SEQUENCE", record.Sequence?.ToString(CultureInfo.InvariantCulture));
        message.Add("KM_EPOCH", record.Epoch?.ToString());
        message.Add("KM_HOST", record.HostName);
        message.Add("KM_MACHINE_ID", record.MachineId);
        message.Add("KM_BOOT_ID", record.BootId);
        message.Add("KM_KERNEL", record.KernelRelease);
        message.Add("KM_REASON", record.Reason);
        message.Add("KM_RECORD", sent.Line.Span);
        return message;
    }

    /// <summary>The ids of the catalog of messages: one for each status, which never change.</summary>
    private static string MessageId(Measurement record) => record.Status switch
    {
        "Completed" => "b0a35d7a6b3d4b6e9b2a4f7c51d0e801",
        "Skipped" => "b0a35d7a6b3d4b6e9b2a4f7c51d0e802",
        "Suspended" => "b0a35d7a6b3d4b6e9b2a4f7c51d0e803",
        "Dropped" => "b0a35d7a6b3d4b6e9b2a4f7c51d0e805",
        _ => "b0a35d7a6b3d4b6e9b2a4f7c51d0e804",
    };
}

using System.Buffers;
using System.Globalization;
using System.Text;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>A record as a message of syslog (RFC 5424): its JSON, after a header and structured data to find it by.</summary>
internal static class SyslogMessage
{
    private const int Daemon = 3; // facility
    private const int LongestHost = 255, LongestValue = 1024;

    /// <summary>The id of the structured data. 32473 is the number that RFC 5612 reserves for those who have none.</summary>
    private const string DataId = "kernelMagnifier@32473";

    /// <summary>The message.</summary>
    public static byte[] Of(in SinkRecord sent)
    {
        var record = sent.Record;
        var header = new StringBuilder();
        header.Append(CultureInfo.InvariantCulture, $"<{Daemon * 8 + RecordText.Severity(record)}>1 ");
        header.Append(
            record.StartTime.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        header.Append(CultureInfo.InvariantCulture, $" {Name(record.HostName, LongestHost)} {RecordText.Program}");
        header.Append(CultureInfo.InvariantCulture, $" {Environment.ProcessId} {Name(record.Status, 32)} [{DataId}");
        Add(header, "id", record.Id.ToString());
        Add(header, "status", record.Status);
        Add(header, "schedule", record.Schedule);
        Add(header, "sequence", record.Sequence?.ToString(CultureInfo.InvariantCulture));
        Add(header, "epoch", record.Epoch?.ToString());
        header.Append("] ");
        var message = new ArrayBufferWriter<byte>(header.Length + sent.Line.Length);
        message.Write(Encoding.UTF8.GetBytes(header.ToString()));
        message.Write(sent.Line.Span);
        return message.WrittenSpan.ToArray();
    }

    /// <summary>A name of the header: printable ASCII without spaces; a dash stands for none.</summary>
    private static string Name(string? name, int most)
    {
        if (string.IsNullOrEmpty(name)) return "-";
        return string.Concat(name.Take(most).Select(c => c is > ' ' and < '\x7F' ? c : '_'));
    }

    private static void Add(StringBuilder data, string name, string? value)
    {
        if (value is null) return;
        data.Append(' ').Append(name).Append("=\"");
        foreach (var rune in value.EnumerateRunes().Take(LongestValue))
        {
            if (rune.Value is '"' or '\\' or ']') data.Append('\\');
            // A receiver that writes lines would end one here.
            data.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? "\uFFFD" : rune.ToString());
        }
        data.Append('"');
    }
}

using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Logs;
using KernelMagnifier.Logs.Sinks;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>Names of tasks and schedules that try to break out of each format. Each is read by another decoder than that of the product.</summary>
public sealed class HostileTextTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private static readonly Measurement Record = SinkRecords.Make(1, schedule: SinkRecords.Hostile, comm: SinkRecords.Hostile) with
    {
        HostName = "db 1\n<13>", Reason = SinkRecords.Hostile,
    };

    /// <summary>What arrives of a text that is no Unicode.</summary>
    private static readonly string Arrived = SinkRecords.Hostile.Replace('\ud800', '\uFFFD');

    [Fact]
    public void InFilesOfLines()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"file:{place["km.ndjson"]}");
        place.Delivery().Deliver(Record, [target], Long, default);
        var bytes = File.ReadAllBytes(target.Address);
        Assert.Equal(bytes.Length - 1, Array.FindIndex(bytes, b => b is < 0x20 or >= 0x7F));
        using var json = JsonDocument.Parse(bytes);
        Assert.Equal(Arrived, json.RootElement.GetProperty("latencies")[0].GetProperty("comm").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InTheJournal(bool isLong)
    {
        using var place = new TemporaryDirectory();
        using var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        journal.Bind(new UnixDomainSocketEndPoint(place["socket"]));
        // Longer than any datagram: it is passed as a file.
        var record = isLong ? Record with { Warnings = [.. Enumerable.Repeat(new string('w', 1000), 6000)] } : Record;
        var result = place.Delivery().Deliver(record, [LogTarget.Parse($"journal:{place["socket"]}")], Long, default)[0];
        Assert.Equal((1L, null), (result.Delivered, result.Problem));
        var fields = Fields(isLong ? ReceiveFile(journal) : Receive(journal));
        Assert.Equal(["MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "MESSAGE_ID", "KM_ID", "KM_STATUS", "KM_SCHEDULE", "KM_SEQUENCE", "KM_EPOCH", "KM_HOST",
            "KM_MACHINE_ID", "KM_BOOT_ID", "KM_KERNEL", "KM_REASON", "KM_RECORD"], fields.Select(f => f.Name));
        Assert.Equal(Arrived, fields.Single(f => f.Name == "KM_SCHEDULE").Value);
        Assert.Equal("Completed", fields.Single(f => f.Name == "KM_STATUS").Value);
        Assert.Equal(SinkRecords.Line(record), fields.Single(f => f.Name == "KM_RECORD").Value);
        Assert.DoesNotContain(fields.Single(f => f.Name == "MESSAGE").Value, c => char.IsControl(c) || c is '\u202E' or '\u2028');
        Assert.Equal(0, journal.Available);
    }

    private static byte[] Receive(Socket socket)
    {
        var buffer = new byte[1 << 20];
        return buffer[..socket.Receive(buffer)];
    }

    /// <summary>A file that nobody can change any more: journald refuses others.</summary>
    private static byte[] ReceiveFile(Socket socket)
    {
        var file = PassedFile.Receive(socket);
        Assert.Equal(PassedFile.AllSeals, file.Seals & PassedFile.AllSeals);
        return file.Content;
    }

    [Fact]
    public void InSyslog()
    {
        var message = Encoding.UTF8.GetString(SyslogMessage.Of(SinkRecords.Sent(Record)));
        Assert.DoesNotContain(message, c => char.IsControl(c) || c is '\u2028');
        var (header, data, text) = Parse5424(message);
        Assert.Equal(["<30>1", "2026-11-30T13:00:00.000000Z", "db_1_<13>", "kernel-magnifier", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), "Completed"], header);
        Assert.Equal(["id", "status", "schedule", "sequence", "epoch"], data.Select(d => d.Name));
        Assert.StartsWith("a\uFFFDKM_STATUS=x\uFFFD\uFFFD\"]\\ \uFFFD \uFFFD[31m ", data[2].Value, StringComparison.Ordinal);
        Assert.Equal(SinkRecords.Line(Record), text);
    }

    [Fact]
    public void OverALocalSocket()
    {
        using var place = new TemporaryDirectory();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 10_000 };
        socket.Bind(new UnixDomainSocketEndPoint(place["log"]));
        var target = LogTarget.Parse($"syslog:{place["log"]}");
        Assert.Equal(1, place.Delivery().Deliver(Record, [target], Long, default)[0].Delivered);
        var buffer = new byte[1 << 20];
        Assert.Equal(SinkRecords.Line(Record), Parse5424(Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer))).Text);
        var tooLong = place.Delivery().Deliver(Record with { Warnings = [.. Enumerable.Repeat(new string('w', 1000), 7000)] }, [target], Long, default)[0];
        Assert.Equal((0L, 0L, 1L), (tooLong.Delivered, tooLong.Waiting, tooLong.Dropped));
        Assert.Contains("net.core.wmem_max", tooLong.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void OverALocalStream()
    {
        using var place = new TemporaryDirectory();
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(place["log"]));
        listener.Listen();
        byte[] all = [];
        var thread = new Thread(() => { using var connection = listener.Accept(); all = TestReceiver.ReadAll(connection); });
        thread.Start();
        Assert.Equal(1, place.Delivery().Deliver(Record, [LogTarget.Parse($"syslog:{place["log"]}")], Long, default)[0].Delivered);
        thread.Join();
        Assert.Equal(all.Length - 1, Array.IndexOf(all, (byte)0));
        Assert.Equal(SinkRecords.Line(Record), Parse5424(Encoding.UTF8.GetString(all[..^1])).Text);
    }

    [ProgramFact("promtool")]
    public void InATextfile()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"textfile:{place["km.prom"]}");
        var odd = Record with
        {
            Counters = [.. Record.Counters, new() { Name = "evil\n# TYPE x counter\nx 1", Unit = "{a\nb}", Value = 1 }, new() { Name = "", Unit = "s", Value = double.NaN },
                new() { Name = "9CamelCase..total", Unit = "ns", Value = 5, Attributes = new Dictionary<string, string> { [SinkRecords.Hostile] = SinkRecords.Hostile } }],
        };
        Assert.Null(place.Delivery().Deliver(odd, [target], Long, default)[0].Problem);
        Assert.Equal("", Promtool(target.Address));
        var text = File.ReadAllText(target.Address);
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n' || c is '\u202E' or '\u2028');
        Assert.DoesNotContain("\nx 1", text, StringComparison.Ordinal);
        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(target.Address));
    }

    internal static string Promtool(string path)
    {
        using var tool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        tool.StandardInput.Write(File.ReadAllText(path));
        tool.StandardInput.Close();
        var said = tool.StandardOutput.ReadToEnd() + tool.StandardError.ReadToEnd();
        tool.WaitForExit();
        return tool.ExitCode == 0 ? said : said + " (failed)";
    }

    /// <summary>Reads the native protocol of the journal as systemd documents it.</summary>
    private static List<(string Name, string Value)> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<(string, string)>();
        while (!message.IsEmpty)
        {
            var line = message[..message.IndexOf((byte)'\n')];
            var equals = line.IndexOf((byte)'=');
            if (equals >= 0)
            {
                fields.Add((Encoding.UTF8.GetString(line[..equals]), Encoding.UTF8.GetString(line[(equals + 1)..])));
                message = message[(line.Length + 1)..];
                continue;
            }
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(message[(line.Length + 1)..]);
            fields.Add((Encoding.UTF8.GetString(line), Encoding.UTF8.GetString(message.Slice(line.Length + 9, length))));
            message = message[(line.Length + 9 + length + 1)..];
        }
        return fields;
    }

    /// <summary>Reads a message of RFC 5424 by its grammar.</summary>
    private static (string[] Header, List<(string Name, string Value)> Data, string Text) Parse5424(string message)
    {
        var words = message.Split(' ', 7);
        var (rest, at, data) = (words[6], words[6].IndexOf(' ', StringComparison.Ordinal), new List<(string, string)>());
        Assert.StartsWith("[kernelMagnifier@32473 ", rest, StringComparison.Ordinal);
        while (rest[at] == ' ')
        {
            var equals = rest.IndexOf("=\"", at, StringComparison.Ordinal);
            var (name, value) = (rest[(at + 1)..equals], new StringBuilder());
            for (at = equals + 2; rest[at] != '"'; at++)
            {
                if (rest[at] == '\\') at++;
                else Assert.NotEqual(']', rest[at]);
                value.Append(rest[at]);
            }
            data.Add((name, value.ToString()));
            at++;
        }
        Assert.Equal("] ", rest[at..(at + 2)]);
        return (words[..6], data, rest[(at + 2)..]);
    }
}

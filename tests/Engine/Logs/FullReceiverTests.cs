using System.Net.Sockets;
using System.Text;
using KernelMagnifier.Logs;
using KernelMagnifier.Logs.Sinks;
using KernelMagnifier.Logs.Spooling;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>Receivers on this machine that do not read, so that their sockets are full.</summary>
public sealed class FullReceiverTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60), Short = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData("syslog", false)]
    [InlineData("journal", false)]
    [InlineData("journal", true)]
    public void ADatagramSocketThatIsFullKeepsTheRecordWaiting(string kind, bool isLong)
    {
        using var place = new TemporaryDirectory();
        using var receiver = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var address = new UnixDomainSocketEndPoint(place["socket"]);
        receiver.Bind(address);
        var target = LogTarget.Parse($"{kind}:{place["socket"]}");
        var before = Fill(address);
        Assert.True(before > 0);
        // Longer than any datagram: it is passed as a file.
        var record = SinkRecords.Make() with { Warnings = [.. Enumerable.Repeat(new string('w', 1000), isLong ? 6000 : 0)] };
        var full = place.Delivery().Deliver(record, [target], Short, default)[0];
        Assert.Equal((0, 1, 0), (full.Delivered, full.Waiting, full.Dropped));
        AssertEnded(place, target);
        for (; before > 0; before--) receiver.Receive(new byte[64]);
        // Nothing came late.
        Assert.Equal(0, receiver.Available);
        Assert.Equal(new LogDeliveryResult(target, 1, 0, 0, null), place.Delivery().Deliver(null, [target], Long, default)[0]);
        var content = isLong ? PassedFile.Receive(receiver).Content : Read(receiver);
        Assert.Contains(SinkRecords.Line(record), Encoding.UTF8.GetString(content), StringComparison.Ordinal);
    }

    [Fact]
    public void AStreamSocketThatAcceptsNoConnectionKeepsTheRecordWaiting()
    {
        using var place = new TemporaryDirectory();
        using var receiver = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var address = new UnixDomainSocketEndPoint(place["socket"]);
        receiver.Bind(address);
        receiver.Listen(1);
        var connections = Connect(address);
        try
        {
            var target = LogTarget.Parse($"syslog:{place["socket"]}");
            var full = place.Delivery().Deliver(SinkRecords.Make(), [target], Short, default)[0];
            Assert.Equal((0, 1, 0), (full.Delivered, full.Waiting, full.Dropped));
            AssertEnded(place, target);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    [Theory]
    [InlineData("syslog")]
    [InlineData("journal")]
    public void TheSinkSaysSo(string kind)
    {
        using var place = new TemporaryDirectory();
        using var receiver = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var address = new UnixDomainSocketEndPoint(place["socket"]);
        receiver.Bind(address);
        Fill(address);
        ILogSink sink = kind == "syslog" ? new SyslogSocketSink(place["socket"]) : new JournalSink(place["socket"]);
        using var deadline = new Deadline(Short, default);
        var result = sink.Send(SinkRecords.Sent(SinkRecords.Make()), deadline);
        Assert.Equal(SendOutcome.Waits, result.Outcome);
        Assert.Contains("does not take records", result.Problem, StringComparison.Ordinal);
        Assert.Contains(place["socket"], result.Problem, StringComparison.Ordinal);
    }

    /// <summary>Sends until the socket takes no more.</summary>
    /// <returns>The number of messages.</returns>
    private static int Fill(UnixDomainSocketEndPoint address)
    {
        using var sender = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        sender.Connect(address);
        for (var sent = 0; ; sent++)
            try
            {
                sender.Send("x"u8);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                return sent;
            }
    }

    /// <summary>Connects until the socket takes no more.</summary>
    private static List<Socket> Connect(UnixDomainSocketEndPoint address)
    {
        for (var connections = new List<Socket>(); ;)
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            connections.Add(connection);
            try
            {
                connection.Connect(address);
            }
            catch (SocketException)
            {
                return connections;
            }
        }
    }

    /// <summary>A sender that hangs keeps the right to send.</summary>
    private static void AssertEnded(TemporaryDirectory place, LogTarget target)
    {
        using var spool = Spool.Open(place.Delivery().DirectoryOf(target), target.ToString(), LogDelivery.DefaultSpoolSize,
            lines => DroppedRecord.Of(target, lines));
        using var deadline = new Deadline(Long, default);
        HeldLock? sending = null;
        Assert.True(deadline.WaitFor(() => (sending = spool.TrySend()) is not null));
        sending!.Dispose();
    }

    private static byte[] Read(Socket receiver)
    {
        var buffer = new byte[1 << 20];
        return buffer[..receiver.Receive(buffer)];
    }
}

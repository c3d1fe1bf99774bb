using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>Sends records to syslog over TCP, each preceded by its length (RFC 6587, octet counting).</summary>
internal sealed class SyslogTcpSink : ILogSink
{
    private const int ConnectMilliseconds = 10_000;

    private readonly string _host;
    private readonly int _port;

    /// <summary>Creates it.</summary>
    /// <param name="address">Host and port.</param>
    public SyslogTcpSink(string address)
    {
        var colon = address.LastIndexOf(':');
        (_host, _port) = (address[..colon].Trim('[', ']'), int.Parse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public SendResult Send(in SinkRecord record, Deadline deadline)
    {
        var message = SyslogMessage.Of(record);
        var length = string.Create(CultureInfo.InvariantCulture, $"{message.Length} ");
        byte[] frame = [.. Encoding.ASCII.GetBytes(length), .. message];
        using var connecting = new Deadline(TimeSpan.FromMilliseconds(deadline.StepOf(ConnectMilliseconds)), deadline.Token);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.ConnectAsync(_host, _port, connecting.Token).AsTask().GetAwaiter().GetResult();
            return StreamDelivery.Send(socket, frame, deadline) is { } problem ? Waits(problem) : SendResult.Delivered;
        }
        catch (OperationCanceledException)
        {
            return Waits("it does not answer");
        }
        catch (SocketException error)
        {
            return Waits(error.Message.TrimEnd('.'));
        }
    }

    private SendResult Waits(string cause)
        => SendResult.Waits(string.Create(
            CultureInfo.InvariantCulture, $"the syslog at {_host}:{_port} does not take records: {cause}."));
}

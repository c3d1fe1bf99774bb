using System.Globalization;
using System.Net.Sockets;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>Sends records to the syslog of this machine by its local socket.</summary>
internal sealed class SyslogSocketSink(string socket) : ILogSink
{
    private const string SystemSocket = "/dev/log";
    private const int MostMilliseconds = 5000;
    private const int WantedBuffer = 8 << 20;

    // What every kernel takes. It has no memory at once for a message of several megabytes.
    private const int SureSize = 128 << 10;

    private readonly string _socket = socket.Length == 0 ? SystemSocket : socket;

    /// <inheritdoc/>
    public SendResult Send(in SinkRecord record, Deadline deadline)
    {
        var message = SyslogMessage.Of(record);
        try
        {
            return SendDatagram(message, deadline);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ProtocolType)
        {
            return SendStream(message, deadline);
        }
        catch (SocketException error)
        {
            return Failed(error);
        }
    }

    private SendResult SendDatagram(byte[] message, Deadline deadline)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTimeout = deadline.StepOf(MostMilliseconds);
        socket.Connect(new UnixDomainSocketEndPoint(_socket));
        // A datagram is as long as the buffer that the kernel allows.
        socket.SendBufferSize = WantedBuffer;
        try
        {
            socket.Send(message);
            return SendResult.Delivered;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.MessageSize
            || error.SocketErrorCode == SocketError.NoBufferSpaceAvailable && message.Length > SureSize)
        {
            return SendResult.Refused(string.Create(CultureInfo.InvariantCulture, $"a record of {message.Length} bytes is longer "
                + $"than a message to {_socket} may be (at most {socket.SendBufferSize / 2} bytes, net.core.wmem_max). Raise the "
                + $"limit, or send to syslog+tcp."));
        }
    }

    private SendResult SendStream(byte[] message, Deadline deadline)
    {
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            // Also the time to connect to a receiver that accepts no connection.
            socket.SendTimeout = deadline.StepOf(MostMilliseconds);
            socket.Connect(new UnixDomainSocketEndPoint(_socket));
            // As syslog(3): on a stream, a message ends with NUL.
            return StreamDelivery.Send(socket, [.. message, 0], deadline) is { } problem
                ? SendResult.Waits($"{_socket} does not take records: {problem}.") : SendResult.Delivered;
        }
        catch (SocketException error)
        {
            return Failed(error);
        }
    }

    private SendResult Failed(SocketException error)
        => SendResult.Waits($"{_socket} does not take records: {error.Message.TrimEnd('.')}.");
}

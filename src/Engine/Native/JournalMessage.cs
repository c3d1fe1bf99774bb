using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace KernelMagnifier.Native;

/// <summary>A message to the journal of systemd, by its native protocol: one datagram of fields.</summary>
internal sealed class JournalMessage
{
    /// <summary>The socket of the journal of the machine.</summary>
    public const string SystemSocket = "/run/systemd/journal/socket";

    private readonly ArrayBufferWriter<byte> _fields = new(512);

    /// <summary>The fields as they are sent.</summary>
    public ReadOnlySpan<byte> Fields => _fields.WrittenSpan;

    /// <summary>Adds a field; nothing if the value is null.</summary>
    /// <param name="name">The name: capital letters, digits and underscores.</param>
    /// <param name="value">The value.</param>
    public void Add(string name, string? value)
    {
        if (value is not null) Add(name, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Adds a field. A value of several lines is preceded by its length, so that none of its lines becomes a field.
    /// </summary>
    public void Add(string name, ReadOnlySpan<byte> value)
    {
        _fields.Write(Encoding.ASCII.GetBytes(name));
        if (value.Contains((byte)'\n'))
        {
            _fields.Write("\n"u8);
            BinaryPrimitives.WriteUInt64LittleEndian(_fields.GetSpan(sizeof(ulong)), (ulong)value.Length);
            _fields.Advance(sizeof(ulong));
        }
        else _fields.Write("="u8);
        _fields.Write(value);
        _fields.Write("\n"u8);
    }

    /// <summary>Sends it. What is too long for a datagram goes as a sealed file in memory, as systemd documents.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="milliseconds">The most time to wait while the socket is full.</param>
    /// <exception cref="SocketException">The journal did not take it.</exception>
    public void Send(string path, int milliseconds)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.SendTimeout = milliseconds;
        socket.Connect(new UnixDomainSocketEndPoint(path));
        try
        {
            socket.Send(Fields);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.MessageSize or SocketError.NoBufferSpaceAvailable)
        {
            SendAsFile(socket);
        }
    }

    private void SendAsFile(Socket socket)
    {
        var file = FileCalls.CreateSealed("kernel-magnifier", Fields);
        if (file < 0) throw new SocketException(-file, Errno.Describe(-file));
        var error = SocketCalls.PassFile(socket.SafeHandle, file);
        _ = FileCalls.Close(file);
        if (error < 0) throw new SocketException(-error, Errno.Describe(-error));
    }
}

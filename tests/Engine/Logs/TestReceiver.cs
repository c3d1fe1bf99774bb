using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>A receiver on the loopback that does with each connection what the test wants.</summary>
internal sealed class TestReceiver : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Thread _thread;

    public TestReceiver(Action<Socket> serve)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(16);
        _thread = new Thread(() =>
        {
            while (true)
                try
                {
                    using var connection = _listener.Accept();
                    serve(connection);
                }
                catch (SocketException)
                {
                    if (_stopped) return;
                }
                catch (ObjectDisposedException)
                {
                    return;
                }
        }) { IsBackground = true };
        _thread.Start();
    }

    private volatile bool _stopped;

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Reads until the sender ends.</summary>
    public static byte[] ReadAll(Socket connection)
    {
        using var all = new MemoryStream();
        var buffer = new byte[4096];
        for (int n; (n = connection.Receive(buffer)) > 0;) all.Write(buffer, 0, n);
        return all.ToArray();
    }

    /// <summary>Reads one request of HTTP, and returns its head and its body.</summary>
    public static (string Head, byte[] Body) ReadRequest(Socket connection)
    {
        var all = new List<byte>();
        var buffer = new byte[65536];
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. all]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var length = text[..end].Split("\r\n").Where(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                    .Select(l => int.Parse(l[15..])).FirstOrDefault();
                if (all.Count >= end + 4 + length) return (text[..end], [.. all[(end + 4)..]]);
            }
            var n = connection.Receive(buffer);
            if (n == 0) return ("", []);
            all.AddRange(buffer.AsSpan(0, n));
        }
    }

    public static void Answer(Socket connection, string status, string type = "application/x-protobuf", byte[]? body = null)
        => connection.Send([.. Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body?.Length ?? 0}\r\nConnection: close\r\n\r\n"), .. body ?? []]);

    public static void Reset(Socket connection)
    {
        connection.LingerState = new LingerOption(true, 0);
        connection.Close();
    }

    public void Dispose()
    {
        _stopped = true;
        _listener.Dispose();
    }
}

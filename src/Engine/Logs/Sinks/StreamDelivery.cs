using System.Net.Sockets;
using KernelMagnifier.Native;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>
/// Sends a message by a connection so that its delivery is known, although the protocol has no acknowledgement: this side ends
/// the connection, and the receiver, which has read until then, ends it too. A receiver that ends it before it has read all, or
/// is killed, resets it instead.
/// </summary>
internal static class StreamDelivery
{
    private const int MostMilliseconds = 15_000;

    // Whoever ends the connection in order although it has not read all does so at once, or cannot be told from one that has.
    private const int EarlyEndMicroseconds = 10_000;

    /// <summary>Sends a message as the only one of a connection.</summary>
    /// <returns>Why it is not known to be delivered, without an end; null if it is.</returns>
    public static string? Send(Socket socket, ReadOnlySpan<byte> message, Deadline deadline)
    {
        using var step = new Deadline(TimeSpan.FromMilliseconds(deadline.StepOf(MostMilliseconds)), deadline.Token);
        try
        {
            socket.Blocking = true;
            for (var sent = 0; sent < message.Length;)
            {
                // The timeout is that of one call, in which a slow receiver may take a few bytes.
                socket.SendTimeout = step.StepOf(MostMilliseconds);
                if (step.HasPassed) return "it reads too slowly";
                sent += socket.Send(message[sent..], SocketFlags.None);
            }
            if (HasEnded(socket)) return "it has ended the connection before it got the record";
            socket.Shutdown(SocketShutdown.Send);
            return WaitForEnd(socket, step);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return "it reads nothing";
        }
        catch (SocketException error)
        {
            return error.Message.TrimEnd('.');
        }
    }

    /// <summary>Whether the receiver has ended the connection while this side has not.</summary>
    private static bool HasEnded(Socket socket)
    {
        Span<byte> next = stackalloc byte[1];
        return socket.Poll(EarlyEndMicroseconds, SelectMode.SelectRead) && socket.Receive(next, SocketFlags.Peek) == 0;
    }

    private static string? WaitForEnd(Socket socket, Deadline step)
    {
        Span<byte> ignored = stackalloc byte[512];
        while (true)
        {
            if (step.HasPassed) return "it has not confirmed the record by the end of the connection";
            socket.ReceiveTimeout = step.StepOf(MostMilliseconds);
            try
            {
                if (socket.Receive(ignored) == 0) break;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                return "it has not confirmed the record by the end of the connection";
            }
        }
        if (socket.AddressFamily == AddressFamily.Unix) return null;
        // A receiver that ended the connection before it got the record answers the record with a reset.
        var unacknowledged = 0;
        return step.WaitFor(() => (unacknowledged = SocketCalls.Unacknowledged(socket.SafeHandle)) <= 0 || IsReset(socket))
            && unacknowledged == 0 ? null : "it has ended the connection before it got the record";
    }

    private static bool IsReset(Socket socket)
        => (int)(socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) ?? 0) != 0;
}

using System.Runtime.InteropServices;

namespace KernelMagnifier.Native;

/// <summary>Socket calls that .NET does not wrap. Constants are those of 64-bit Linux.</summary>
internal static unsafe partial class SocketCalls
{
    private const nuint Outgoing = 0x5411; // SIOCOUTQ
    private const int SocketLevel = 1, Rights = 1; // SOL_SOCKET, SCM_RIGHTS
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public void* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct cmsghdr</c> with one descriptor, padded as CMSG_SPACE does.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PassedFile
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int File;
        public int Padding;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeHandle socket, nuint request, int* value);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, Message* message, int flags);

    /// <summary>The bytes that the other end of a TCP connection has not acknowledged, its end included.</summary>
    /// <returns>The number, or a negative error number.</returns>
    public static int Unacknowledged(SafeHandle socket)
    {
        var count = 0;
        return Control(socket, Outgoing, &count) == 0 ? count : -Errno.Last;
    }

    /// <summary>Sends an empty datagram with a descriptor to the other end of a connected socket.</summary>
    /// <returns>0, or a negative error number.</returns>
    public static int PassFile(SafeHandle socket, int file)
    {
        var passed = new PassedFile { Length = (nuint)(sizeof(PassedFile) - sizeof(int)), Level = SocketLevel, Type = Rights,
            File = file };
        var message = new Message { Control = &passed, ControlLength = (nuint)sizeof(PassedFile) };
        return Send(socket, &message, NoSignal) >= 0 ? 0 : -Errno.Last;
    }
}

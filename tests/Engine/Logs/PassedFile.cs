using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>A file that a datagram passes, as journald receives it (unix(7), SCM_RIGHTS).</summary>
/// <param name="Content">The content.</param>
/// <param name="Seals">Its seals (F_GET_SEALS).</param>
internal sealed unsafe partial record PassedFile(byte[] Content, int Seals)
{
    /// <summary>F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE.</summary>
    public const int AllSeals = 0xF;

    private const int SocketLevel = 1, Rights = 1; // SOL_SOCKET, SCM_RIGHTS
    private const int CloseOnExec = 0x4000_0000; // MSG_CMSG_CLOEXEC
    private const int GetSeals = 1034; // F_GET_SEALS

    /// <summary>Receives a datagram that is empty except for one descriptor.</summary>
    public static PassedFile Receive(Socket socket)
    {
        byte first;
        var part = new Part { Start = &first, Length = 1 };
        var control = default(Control);
        var message = new Message { Parts = &part, PartCount = 1, Control = &control, ControlLength = (nuint)sizeof(Control) };
        Assert.Equal(0, ReceiveMessage(socket.SafeHandle, &message, CloseOnExec));
        // Of MSG_CTRUNC and MSG_TRUNC neither: there is no second descriptor.
        Assert.Equal(0, message.Flags & ~CloseOnExec);
        Assert.Equal((20, SocketLevel, Rights), ((int)control.Length, control.Level, control.Type));
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(control.File, ownsHandle: true);
        var content = new byte[RandomAccess.GetLength(handle)];
        for (int done = 0, n; done < content.Length; done += n)
            Assert.NotEqual(0, n = RandomAccess.Read(handle, content.AsSpan(done), done));
        return new PassedFile(content, FileControl(handle, GetSeals, 0));
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(SafeHandle socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeHandle file, int command, int value);

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public void* Start;
        public nuint Length;
    }

    /// <summary><c>struct msghdr</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct cmsghdr</c> with room for one descriptor.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Control
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int File;
        public int Padding;
    }
}

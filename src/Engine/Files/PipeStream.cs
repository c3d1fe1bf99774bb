using KernelMagnifier.Native;
using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Files;

/// <summary>Reads a FIFO, a pipe or a device that was opened without waiting. Its reads wait, which can be cancelled.</summary>
internal sealed class PipeStream(SafeFileHandle file, CancellationToken cancel) : ReadOnlyStream
{
    private const int PollMilliseconds = 50;

    private readonly byte[] _first = new byte[1];
    private bool _hasWriter;
    private int _held;

    /// <summary>Waits until a program opens the FIFO for writing.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <returns>Whether one did.</returns>
    public bool WaitForWriter(TimeSpan patience)
    {
        var number = (int)file.DangerousGetHandle();
        for (var began = Environment.TickCount64; !_hasWriter;)
        {
            cancel.ThrowIfCancellationRequested();
            if (FileCalls.Wait(number, FileCalls.PollIn, PollMilliseconds) != 0) return true;
            // Without a writer a read returns 0, with a silent one EAGAIN. A byte can have arrived in the meantime.
            var read = FileCalls.Read(number, _first);
            _held = Math.Max(read, 0);
            _hasWriter = read != 0;
            if (!_hasWriter && Environment.TickCount64 - began > patience.TotalMilliseconds) return false;
        }
        return true;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_held > 0 && !buffer.IsEmpty)
        {
            (buffer[0], _held) = (_first[0], 0);
            return 1;
        }
        var number = (int)file.DangerousGetHandle();
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            // Nothing is ready as long as no writer came.
            if (FileCalls.Wait(number, FileCalls.PollIn, PollMilliseconds) == 0) continue;
            var read = FileCalls.Read(number, buffer);
            if (read == -Errno.TryAgain) continue;
            return read >= 0 ? read : throw Errno.ToException(-read);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}

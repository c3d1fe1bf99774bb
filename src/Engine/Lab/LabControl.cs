using System.Globalization;
using System.Text;
using KernelMagnifier.Files;

namespace KernelMagnifier.Lab;

/// <summary>
/// What a guest says on its second serial port, which QEMU writes to a file: <c>boot RELEASE</c>, <c>start</c>, <c>beat</c>,
/// <c>full PLACE</c>, <c>lost</c>, <c>end STATUS</c>. Root in the guest can write to it, too.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class LabControl(string path)
{
    private const int MostBytes = 1 << 20, LongestWord = 100;
    private readonly StringBuilder _line = new();
    private long _read;

    /// <summary>The release of the kernel; null before it has booted.</summary>
    public string? Release { get; private set; }

    /// <summary>Whether the load has been started.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>The status of the load; null before it has ended.</summary>
    public int? Status { get; private set; }

    /// <summary>The file system that was full at the end.</summary>
    public string? FullPlace { get; private set; }

    /// <summary>Whether the guest has lost the shared directory.</summary>
    public bool IsShareLost { get; private set; }

    /// <summary>Whether it is longer than that of any run.</summary>
    public bool IsFlooded => _read >= MostBytes;

    /// <summary>Takes what is new.</summary>
    /// <returns>Whether anything was.</returns>
    public bool Read()
    {
        try
        {
            using var file = InputHandle.OpenRegular(path);
            var buffer = new byte[4096];
            var before = _read;
            for (int n; _read < MostBytes && (n = RandomAccess.Read(file, buffer, _read)) > 0; _read += n)
                foreach (var value in buffer.AsSpan(0, n)) Take((char)value);
            return _read > before;
        }
        catch (IOException)
        {
            // QEMU has not created it yet.
            return false;
        }
    }

    private void Take(char value)
    {
        if (value != '\n')
        {
            if (value >= ' ' && value < 0x7f && _line.Length < LongestWord) _line.Append(value);
            return;
        }
        var words = _line.ToString().Split(' ', 2);
        _line.Clear();
        switch (words)
        {
            case ["boot", var release]: Release ??= release; break;
            case ["start"]: IsStarted = true; break;
            case ["full", var place]: FullPlace ??= place; break;
            case ["lost"]: IsShareLost = true; break;
            case ["end", var status] when int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                Status ??= number;
                break;
        }
    }
}

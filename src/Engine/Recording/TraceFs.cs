using System.Buffers;
using System.Text;
using KernelMagnifier.Native;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Recording;

/// <summary>
/// A tracing directory: the top level of tracefs or an instance (kernel: Documentation/trace/ftrace.rst). Tests use a plain
/// directory with files of the same names.
/// </summary>
/// <param name="directory">The path.</param>
internal sealed class TraceFs(string directory)
{
    private const int SmallestPage = 4096;

    /// <summary>The path.</summary>
    public string Directory { get; } = directory;

    /// <summary>
    /// Finds the mount point of tracefs: the two usual places first, then the mount table. Null when tracefs is not mounted.
    /// </summary>
    public static string? Find()
    {
        foreach (var place in (string[])["/sys/kernel/tracing", "/sys/kernel/debug/tracing"])
            if (File.Exists(place + "/README") || File.Exists(place + "/trace"))
                return place;
        try
        {
            foreach (var line in File.ReadLines("/proc/self/mounts"))
                if (line.Split(' ') is [_, var place, "tracefs", ..])
                    return place.Replace("\\040", " ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // Without a mount table no other place is known.
        }
        return null;
    }

    /// <summary>The path of a file.</summary>
    public string this[string name] => Path.Combine(Directory, name);

    /// <summary>Whether a file exists.</summary>
    public bool Has(string name) => File.Exists(this[name]);

    /// <summary>The directory of an instance.</summary>
    public TraceFs Instance(string name) => new(Path.Combine(Directory, "instances", name));

    /// <summary>Reads a file; null when it does not exist or is not readable.</summary>
    public byte[]? TryReadBytes(string name) => ReadBytes(this[name]) is { Error: 0 } read ? read.Bytes : null;

    /// <summary>Reads a file as text without its final newlines; null when it does not exist or is not readable.</summary>
    public string? TryRead(string name) => TryReadBytes(name) is { } bytes ? ToText(bytes) : null;

    /// <summary>Reads a file as text without its final newlines.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadSetting"/>.</exception>
    public string Read(string name)
    {
        var (bytes, error) = ReadBytes(this[name]);
        return error == 0
            ? ToText(bytes)
            : throw new KernelMagnifierException(ErrorCode.BadSetting, this[name],
                $"the setting cannot be read: {Errno.Describe(error)}.", "Run it as root on a kernel that has this setting.");
    }

    /// <summary>Reads a file whose size is unknown, as in proc and tracefs.</summary>
    /// <returns>The content, and 0 or an error number.</returns>
    public static (byte[] Bytes, int Error) ReadBytes(string path)
    {
        var file = FileCalls.Open(path, FileCalls.ReadOnly);
        if (file < 0) return ([], -file);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (var filled = 0; ;)
            {
                if (filled == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, filled).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
                var n = FileCalls.Read(file, buffer.AsSpan(filled));
                if (n < 0) return ([], -n);
                if (n == 0) return (buffer.AsSpan(0, filled).ToArray(), 0);
                filled += n;
            }
        }
        finally
        {
            _ = FileCalls.Close(file);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The error number of opening and reading a file; 0 when it is readable.</summary>
    public int ErrorOf(string name)
    {
        var file = FileCalls.Open(this[name], FileCalls.ReadOnly);
        if (file < 0) return -file;
        var n = FileCalls.Read(file, new byte[16]);
        _ = FileCalls.Close(file);
        return n < 0 ? -n : 0;
    }

    /// <summary>
    /// Writes a setting. Many files accept one word per write and return how much they took, so the rest is written again. A
    /// filter takes effect when its file is closed, so an error of close(2) is an error of the setting.
    /// </summary>
    /// <param name="name">The file.</param>
    /// <param name="text">The new content.</param>
    /// <param name="append">Add to a list instead of replacing it.</param>
    /// <returns>0, or an error number.</returns>
    public int TryWrite(string name, string text, bool append = false)
    {
        var file = FileCalls.Open(this[name], FileCalls.WriteOnly | (append ? FileCalls.Append : FileCalls.Truncate));
        if (file < 0) return -file;
        var error = text.Length == 0 ? 0 : -FileCalls.WriteAll(file, Encoding.UTF8.GetBytes(text));
        return FileCalls.Close(file) == 0 || error != 0 ? error : Errno.Invalid;
    }

    /// <summary>Opens a trace for draining.</summary>
    /// <returns>A non-blocking descriptor.</returns>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TracerInUse"/> or
    /// <see cref="ErrorCode.RecordingFailed"/>.</exception>
    public int OpenForReading(string name)
    {
        var file = FileCalls.Open(this[name], FileCalls.ReadOnly | FileCalls.NonBlocking);
        if (file >= 0) return file;
        throw file == -Errno.Busy
            ? new KernelMagnifierException(ErrorCode.TracerInUse, this[name], "another program is reading this buffer.",
                "Wait until it has finished, or end it.")
            : new KernelMagnifierException(ErrorCode.RecordingFailed, this[name],
                $"the trace cannot be opened: {Errno.Describe(-file)}.", "Run it as root, and check that the CPU is online.");
    }

    /// <summary>
    /// The size of a sub-buffer in bytes, from <c>events/header_page</c>: the data field ends where the sub-buffer ends.
    /// </summary>
    public int PageSize()
    {
        ReadOnlySpan<byte> header = TryReadBytes("events/header_page") ?? [];
        foreach (var line in header.Split((byte)'\n'))
            if (FieldFormat.TryParse(header[line], out var name, out var field) && name == "data"
                && field.End is >= SmallestPage and <= DatHeader.LargestPage)
                return field.End;
        return Environment.SystemPageSize;
    }

    /// <summary>
    /// The choice in brackets of a list such as <c>local [global] counter</c>; the whole text when there are no brackets.
    /// </summary>
    public static string Chosen(string choices)
    {
        var open = choices.IndexOf('[', StringComparison.Ordinal);
        var close = choices.IndexOf(']', open + 1);
        return open >= 0 && close > open ? choices[(open + 1)..close] : choices;
    }

    /// <summary>The choices of such a list, without brackets.</summary>
    public static IReadOnlyList<string> Choices(string choices)
        => choices.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The names of the directories in a directory, sorted; empty when it does not exist.</summary>
    public IEnumerable<string> Directories(string name)
        => System.IO.Directory.Exists(this[name])
            ? System.IO.Directory.EnumerateDirectories(this[name]).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)
            : [];

    private static string ToText(byte[] bytes) => Encoding.UTF8.GetString(bytes).TrimEnd('\n');
}

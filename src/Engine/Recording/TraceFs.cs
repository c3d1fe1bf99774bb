using System.Buffers;
using System.Text;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// A directory of tracing files: the top level of tracefs or one instance (kernel: Documentation/trace/ftrace.rst).
/// Any directory with files of those names serves, which is how the settings are tested without a kernel.
/// </summary>
internal sealed class TraceFs(string directory)
{
    /// <summary>The directory.</summary>
    public string Directory { get; } = directory;

    /// <summary>Where tracefs is mounted, or null: the usual two places first, then whatever the mount table says.</summary>
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
            // Without a mount table there is no other place to look.
        }
        return null;
    }

    /// <summary>The path of a file.</summary>
    public string this[string name] => Path.Combine(Directory, name);

    /// <summary>Whether a file is there.</summary>
    public bool Has(string name) => File.Exists(this[name]);

    /// <summary>An instance below this directory.</summary>
    public TraceFs Instance(string name) => new(Path.Combine(Directory, "instances", name));

    /// <summary>A file's bytes; null when it is not there or not readable.</summary>
    public byte[]? TryReadBytes(string name) => ReadBytes(this[name]) is { Error: 0 } read ? read.Bytes : null;

    /// <summary>A file's text without the last newline; null when it is not there or not readable.</summary>
    public string? TryRead(string name) => TryReadBytes(name) is { } bytes ? Encoding.UTF8.GetString(bytes).TrimEnd('\n') : null;

    /// <summary>A file's text without the last newline.</summary>
    /// <exception cref="RecordingException">It cannot be read.</exception>
    public string Read(string name)
        => ReadBytes(this[name]) is { Error: 0 } read ? Encoding.UTF8.GetString(read.Bytes).TrimEnd('\n')
            : throw new RecordingException(ErrorCode.BadSetting, $"{this[name]} cannot be read: {LibC.Describe(ReadBytes(this[name]).Error)}.");

    /// <summary>Reads a file whose size is not known before, as none is in proc and tracefs.</summary>
    public static (byte[] Bytes, int Error) ReadBytes(string path)
    {
        var file = LibC.Open(path, LibC.ReadOnly);
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
                var n = LibC.Read(file, buffer.AsSpan(filled));
                if (n < 0) return ([], -n);
                if (n == 0) return (buffer.AsSpan(0, filled).ToArray(), 0);
                filled += n;
            }
        }
        finally
        {
            _ = LibC.Close(file);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Writes a setting; 0 or the error number. Many files take one word per write and say how much they took: the rest follows.
    /// What a filter was told takes effect when the file is closed, so closing belongs to the writing.
    /// </summary>
    /// <param name="name">The file.</param>
    /// <param name="text">What to write.</param>
    /// <param name="append">Adds to a list instead of replacing it.</param>
    public int TryWrite(string name, string text, bool append = false)
    {
        // A fake directory grows new files; tracefs does not, and says EACCES or ENOENT.
        var file = LibC.Open(this[name], LibC.WriteOnly | (append ? LibC.Append : LibC.Truncate));
        if (file < 0) return -file;
        var error = text.Length == 0 ? 0 : -LibC.WriteAll(file, Encoding.UTF8.GetBytes(text));
        return LibC.Close(file) == 0 || error != 0 ? error : LibC.Invalid;
    }

    /// <summary>The one in brackets of a list of choices, as in <c>local [global] counter</c>; the whole text when none is.</summary>
    public static string Chosen(string choices)
    {
        var open = choices.IndexOf('[', StringComparison.Ordinal);
        var close = choices.IndexOf(']', open + 1);
        return open >= 0 && close > open ? choices[(open + 1)..close] : choices;
    }

    /// <summary>The names of the directories in a directory.</summary>
    public IEnumerable<string> Directories(string name)
        => System.IO.Directory.Exists(this[name]) ? System.IO.Directory.EnumerateDirectories(this[name]).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal) : [];
}

using System.Buffers;
using System.Text;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>
/// Decides whether the strings from a pipeline are paths or text. PowerShell passes the output of a program line by line, so the
/// first strings are held until they are recognized.
/// </summary>
/// <param name="isPath">Whether a string is the path of something that exists.</param>
internal sealed class StringInput(Func<string, bool> isPath)
{
    /// <summary>Readers detect the format of a text from as many bytes.</summary>
    private const int MostHeldBytes = 64 * 1024;

    private const int MostPaths = 16, LongestPath = 4096;
    private static readonly string[] Magics = ["\u0017\bDtracing", "(\uFFFD/\uFFFD", "\u001F\uFFFD", "\uFFFD7zXZ", "PERFILE2"];

    private readonly ArrayBufferWriter<byte> _head = new();
    private readonly List<string> _held = [];
    private int _nextCheck = 1;

    /// <summary>What the strings are.</summary>
    public StringsKind Kind { get; private set; }

    /// <summary>The strings until <see cref="Kind"/> was decided.</summary>
    public IReadOnlyList<string> Held => _held;

    /// <summary>Adds a string, and decides if that is possible.</summary>
    public void Add(string text)
    {
        _held.Add(text);
        _head.Write(Line(text));
        if (_held.Count == 1 && Magics.Any(magic => text.StartsWith(magic, StringComparison.Ordinal))) Kind = StringsKind.Binary;
        else if (text.Contains('\n', StringComparison.Ordinal) || text.StartsWith("# tracer:", StringComparison.Ordinal))
            Kind = IsBinary() ? StringsKind.Binary : StringsKind.Text;
        else if (_held.Count <= MostPaths && text.Length is > 0 and <= LongestPath && isPath(text)) Kind = StringsKind.Paths;
        else if (_head.WrittenCount >= MostHeldBytes) Decide(StringsKind.Unknown);
        else if (_held.Count >= _nextCheck)
        {
            _nextCheck *= 2;
            Decide(StringsKind.Undecided);
        }
    }

    /// <summary>Decides after the last string.</summary>
    public void End()
    {
        // A path that does not exist has an error of its own.
        var isPaths = _held.Count == 1 || (_held.Count <= MostPaths && !_held.Exists(text => text.Any(char.IsWhiteSpace)));
        Decide(isPaths ? StringsKind.Paths : StringsKind.Unknown);
    }

    /// <summary>The bytes of a string that is one line or several.</summary>
    public static byte[] Line(string text) => Encoding.UTF8.GetBytes(text.EndsWith('\n') ? text : text + "\n");

    private void Decide(StringsKind otherwise)
    {
        Kind = TraceFile.IsText(_head.WrittenSpan) ? StringsKind.Text : IsBinary() ? StringsKind.Binary : otherwise;
    }

    /// <summary>Whether a string has characters that only the conversion of binary data gives.</summary>
    private bool IsBinary() => _held.Exists(text => text.AsSpan().IndexOfAny('\uFFFD', '\0') >= 0)
        && !TraceFile.IsText(_head.WrittenSpan);
}

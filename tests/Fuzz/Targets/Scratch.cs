using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Fuzzing;

/// <summary>A file that is overwritten with each input, because most readers need a file.</summary>
internal sealed class Scratch
{
    private readonly SafeFileHandle _file;

    public Scratch()
    {
        Path = System.IO.Path.Combine(
            System.IO.Path.GetTempPath(), $"km-fuzz-{Environment.ProcessId}-{System.IO.Path.GetRandomFileName()}");
        _file = File.OpenHandle(Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(Path);
    }

    /// <summary>The file of this thread.</summary>
    public static Scratch Mine => _mine ??= new Scratch();

    [ThreadStatic]
    private static Scratch? _mine;

    /// <summary>The path of the file.</summary>
    public string Path { get; }

    /// <summary>Replaces the content of the file; returns its path.</summary>
    public string With(ReadOnlySpan<byte> content)
    {
        RandomAccess.SetLength(_file, 0);
        RandomAccess.Write(_file, content, 0);
        return Path;
    }
}

using Microsoft.Win32.SafeHandles;

namespace KernelMagnifier.Fuzzing;

/// <summary>One file in memory that is given new content for each input: most readers want a file.</summary>
internal sealed class Scratch
{
    private readonly SafeFileHandle _file;

    public Scratch()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"km-fuzz-{Environment.ProcessId}-{System.IO.Path.GetRandomFileName()}");
        _file = File.OpenHandle(Path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(Path);
    }

    /// <summary>The file of this thread.</summary>
    public static Scratch Mine => _mine ??= new Scratch();

    [ThreadStatic]
    private static Scratch? _mine;

    /// <summary>Where it can be opened.</summary>
    public string Path { get; }

    /// <summary>Gives it its content.</summary>
    public string With(ReadOnlySpan<byte> content)
    {
        RandomAccess.SetLength(_file, 0);
        RandomAccess.Write(_file, content, 0);
        return Path;
    }
}

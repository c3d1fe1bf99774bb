using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Probes.Running;

/// <summary>
/// The bytes of a probe where bpftrace reads them: those that were hashed, in a sealed file in memory. With imports, which
/// bpftrace
/// looks for beside the program, in a directory that only root can enter, laid out as the library is.
/// </summary>
internal sealed class ProgramPlace : IDisposable
{
    private readonly string? _directory;

    private ProgramPlace(string path, int file, string? directory) => (Path, File, _directory) = (path, file, directory);

    /// <summary>The path for bpftrace.</summary>
    public string Path { get; }

    /// <summary>The descriptor that bpftrace is given; -1 for none.</summary>
    public int File { get; }

    /// <summary>The working directory for bpftrace.</summary>
    public string WorkingDirectory => _directory ?? "/";

    /// <summary>Puts the bytes in place.</summary>
    /// <param name="source">The probe.</param>
    /// <param name="directory">A directory for this run, which does not exist yet.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.OutputNotWritable"/>.</exception>
    public static ProgramPlace Create(ProbeSource source, string directory)
    {
        if (source.Imports.Count > 0) return CreateDirectory(source, directory);
        var file = FileCalls.CreateSealed(source.Name + ".bt", source.Program.Span);
        if (file < 0) throw NotPlaced(source.Name, Errno.Describe(-file));
        return new ProgramPlace($"/proc/self/fd/{ToolProcess.FileDescriptor}", file, null);
    }

    /// <summary>Removes it.</summary>
    public void Dispose()
    {
        if (File >= 0) _ = FileCalls.Close(File);
        if (_directory is not null) Remove(_directory);
    }

    /// <summary>Removes the directory of a run, also one that was killed.</summary>
    public static void Remove(string directory)
    {
        try
        {
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next run tries again.
        }
    }

    private static ProgramPlace CreateDirectory(ProbeSource source, string directory)
    {
        try
        {
            PrivateDirectory.Create(directory);
            // The probe's folder in the copy of the library: imports name files relative to it.
            var folder = System.IO.Path.Combine(directory, "probes", source.Name);
            var program = System.IO.Path.Combine(folder, source.Name + ".bt");
            Write(program, source.Program, directory);
            foreach (var import in source.Imports)
                Write(System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, import.Path)), import.Content, directory);
            return new ProgramPlace(program, -1, directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or KernelMagnifierException)
        {
            Remove(directory);
            throw error as KernelMagnifierException ?? NotPlaced(source.Name, OutputFile.Cause(error));
        }
    }

    private static void Write(string path, ReadOnlyMemory<byte> content, string within)
    {
        if (!path.StartsWith(within + "/", StringComparison.Ordinal))
            throw new KernelMagnifierException(ErrorCode.ProbeRefused, path, "an import is outside the library.",
                "Import files of the library only.");
        PrivateDirectory.Create(System.IO.Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead,
        });
        file.Write(content.Span);
    }

    private static KernelMagnifierException NotPlaced(string name, string cause)
        => new(ErrorCode.OutputNotWritable, name, $"the program cannot be placed for bpftrace: {cause}.",
            "Free memory or disk space.");
}

using KernelMagnifier.Files;

namespace KernelMagnifier.Lab;

/// <summary>
/// The scripts that boot guests, of the module's folder <c>lab</c>. They are resources, so that the native executable has them;
/// they are extracted to a directory that no other user can enter.
/// </summary>
internal sealed class LabScripts : IDisposable
{
    private const string Prefix = "lab/";
    private readonly DirectoryInfo? _extracted;
    private readonly IDisposable? _registration;

    /// <summary>Extracts the scripts.</summary>
    public LabScripts()
    {
        _extracted = System.IO.Directory.CreateTempSubdirectory("km-lab-");
        Folder = _extracted.FullName;
        _registration = Unfinished.Add(Delete);
        var assembly = typeof(LabScripts).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var path = Path.Combine(Folder, name[Prefix.Length..]);
            using (var from = assembly.GetManifestResourceStream(name)!)
            using (var to = File.Create(path))
                from.CopyTo(to);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Uses the scripts of a folder, for tests.</summary>
    public LabScripts(string folder) => Folder = folder;

    /// <summary>The folder with the scripts.</summary>
    public string Folder { get; }

    /// <summary>The path of a script.</summary>
    public string Of(string name) => Path.Combine(Folder, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration?.Dispose();
        Delete();
    }

    private void Delete()
    {
        if (_extracted is null) return;
        try
        {
            _extracted.Delete(recursive: true);
        }
        catch (IOException)
        {
            // What cannot be removed remains: only this user can read it.
        }
    }
}

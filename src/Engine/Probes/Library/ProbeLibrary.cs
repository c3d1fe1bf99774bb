using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Library;

/// <summary>
/// A library: a folder with a folder for each probe, which has the program, the manifest and the statements of reviewers. As ssh
/// refuses a key that others can write to, a library that others than its owner or root can write to is refused.
/// docs/formats/probe.md describes it.
/// </summary>
internal sealed class ProbeLibrary : IDisposable
{
    /// <summary>The variable that names the library.</summary>
    public const string Variable = "KM_PROBE_LIBRARY";

    /// <summary>The folder of a probe that has the statements.</summary>
    public const string Reviews = "reviews";

    private const int LargestProgram = 256 * 1024, MostEntries = 4096;

    private readonly GuardedDirectory _directory;

    private ProbeLibrary(GuardedDirectory directory) => _directory = directory;

    /// <summary>The folder, after all links.</summary>
    public string Path => _directory.Path;

    /// <summary>The names of the probes, sorted. A folder is one if it has a program or a manifest of its name.</summary>
    public IReadOnlyList<string> Names
        => [.. Guarded(Path, () => _directory.Names(MostEntries)).Where(name => ProbeText.IsProbeName(name)
            && _directory.Find(name) is { IsFile: false } && (Has(name, $"{name}.json") || Has(name, $"{name}.bt")))];

    /// <summary>Opens a library: the one that is named, or that KM_PROBE_LIBRARY names, or the first of the policy.</summary>
    /// <param name="path">The folder that an option names; null for none.</param>
    /// <param name="policy">The policy.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.ProbeNotFound"/>, <see cref="ErrorCode.ProbeLibraryNotSafe"/>, or <see cref="ErrorCode.ProbeRefused"/>: a
    /// user who became root names a library that the policy does not.
    /// </exception>
    public static ProbeLibrary Open(string? path, ProbePolicy policy)
    {
        var place = Find(path, policy);
        return new ProbeLibrary(Guarded(place, () => GuardedDirectory.Open(place)));
    }

    /// <summary>Opens a library, and creates the folder if it does not exist.</summary>
    /// <inheritdoc cref="Open"/>
    public static ProbeLibrary OpenOrCreate(string? path, ProbePolicy policy)
    {
        var place = Find(path, policy);
        if (Ownership.Of(place) is not null) return Open(path, policy);
        return new ProbeLibrary(Guarded(place, () =>
        {
            using var above = GuardedDirectory.Open(System.IO.Path.GetDirectoryName(place) ?? "/");
            return above.Make(System.IO.Path.GetFileName(place));
        }));
    }

    /// <summary>The path of the library that is named, or that is the default.</summary>
    public static string Find(string? path, ProbePolicy policy)
    {
        var named = path is { Length: > 0 } ? path : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set
            : null;
        PrivilegedCaller.Refuse("library", named, policy.Libraries);
        return System.IO.Path.GetFullPath(named ?? (policy.Libraries.Count > 0 ? policy.Libraries[0] : null)
            ?? ProbePolicy.DefaultDirectory + "/probes").TrimEnd('/')
            is { Length: > 0 } place ? place : "/";
    }

    /// <summary>Whether a policy names this library, so that root may run its probes.</summary>
    public bool IsNamedBy(ProbePolicy policy)
        => policy.IsTrusted && _directory.Identity is { } own
            && policy.Libraries.Any(path => Ownership.Following(path)?.Identity == own);

    /// <summary>Reads a probe: every byte once, from open descriptors.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.ProbeNotFound"/>, <see cref="ErrorCode.ProbeLibraryNotSafe"/> or <see cref="ErrorCode.ProbeUnreadable"/>.
    /// </exception>
    public ProbeSource Load(string name)
    {
        using var folder = Folder(name);
        return Guarded(folder.Path, () => Read(name, folder));
    }

    /// <summary>Opens the folder of a probe. The caller disposes it.</summary>
    /// <exception cref="KernelMagnifierException">The same as <see cref="Load"/>.</exception>
    public GuardedDirectory Folder(string name)
    {
        if (!ProbeText.IsProbeName(name) || _directory.Find(name) is null) throw NotFound(name);
        return Guarded(System.IO.Path.Combine(Path, name), () => _directory.Enter(name));
    }

    /// <summary>Creates the folder of a new probe, or opens one that is empty.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeExists"/> or as <see cref="Load"/>.</exception>
    public GuardedDirectory Create(string name)
    {
        if (!ProbeText.IsProbeName(name))
            throw new KernelMagnifierException(ErrorCode.BadRequest, name, "this is not the name of a probe.",
                "Use lower-case letters, digits and dashes, a letter first: runq-late");
        var folder = Guarded(System.IO.Path.Combine(Path, name), () => _directory.Make(name));
        if (folder.Names(MostEntries).Count == 0) return folder;
        folder.Dispose();
        throw new KernelMagnifierException(ErrorCode.ProbeExists, name, $"the library {Path} has a probe of this name.",
            "Choose another name, or change the files of that probe.");
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();

    /// <summary>Does something in a library, and explains what goes wrong.</summary>
    /// <param name="path">What is read or written, for errors.</param>
    /// <param name="action">Does it.</param>
    public static T Guarded<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (NotGuardedException error)
        {
            throw new KernelMagnifierException(ErrorCode.ProbeLibraryNotSafe, error.Path,
                $"it {error.Reason}, so the probes are not trusted.",
                "Let only root or yourself own and write to a library and to the directories above it (not in /tmp): chmod go-w",
                    error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            var missing = (error as FileNotFoundException)?.FileName ?? path;
            throw new KernelMagnifierException(ErrorCode.ProbeNotFound, missing, "it does not exist.",
                "Name an existing library, or create a probe in it.", error);
        }
        catch (FormatException error)
        {
            throw new KernelMagnifierException(ErrorCode.ProbeUnreadable, path, error.Message, "Correct the program.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KernelMagnifierException(ErrorCode.ProbeUnreadable, path, $"{OutputFile.Cause(error)}.",
                "Check the permissions of the library.", error);
        }
    }

    private ProbeSource Read(string name, GuardedDirectory folder)
    {
        CheckEntries(folder, 0);
        var manifestText = folder.Read($"{name}.json", StrictJson.Largest);
        var program = folder.Read($"{name}.bt", LargestProgram);
        var path = System.IO.Path.Combine(folder.Path, $"{name}.json");
        var manifest = ProbeManifestFile.Read(manifestText, path);
        if (manifest.Name != name)
            throw new KernelMagnifierException(ErrorCode.ProbeUnreadable, path, $"name: the manifest is that of {manifest.Name}.",
                "Give the folder, the files and the manifest the same name.");
        if (!IsText(program)) throw new FormatException("the program is not text in UTF-8.");
        var imports = ProbeImports.Read(_directory, name, program);
        return new ProbeSource
        {
            Name = name, Folder = folder.Path, Program = program, ManifestText = manifestText, Manifest = manifest,
                Imports = imports,
            Hash = CanonicalProbe.Hash(CanonicalProbe.Of(name, manifestText, program, imports)),
        };
    }

    /// <summary>Refuses a probe that has anything that is not a file or directory of its own, even if nothing reads it.</summary>
    private static void CheckEntries(GuardedDirectory folder, int depth)
    {
        foreach (var name in folder.Names(MostEntries))
        {
            if (folder.Find(name) is not { IsDirectory: true }) folder.Check(name);
            else if (depth > 4) throw new NotGuardedException(folder.Path, "has too many directories in each other");
            else
            {
                using var below = folder.Enter(name);
                CheckEntries(below, depth + 1);
            }
        }
    }

    private static bool IsText(ReadOnlySpan<byte> program)
        => System.Text.Unicode.Utf8.IsValid(program) && !program.Contains((byte)0);

    private bool Has(string name, string file) => File.Exists(System.IO.Path.Combine(Path, name, file));

    private KernelMagnifierException NotFound(string name)
        => new(ErrorCode.ProbeNotFound, name, $"the library {Path} has no such probe.",
            Suggestion.Before(name, Names, "List the probes, or name another library."));
}

using System.Diagnostics;
using System.Globalization;
using System.Text;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>
/// A place for a library that is safe: below the home directory, as one in /tmp is refused. It has keys of ssh-keygen, and a policy
/// that names its own files.
/// </summary>
internal sealed class ProbeFolder : IDisposable
{
    /// <summary>The time of the tests, unless they choose another.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private readonly List<string> _signers = [];

    public ProbeFolder()
    {
        var home = Environment.GetEnvironmentVariable("KM_TEST_HOME") ?? Environment.GetEnvironmentVariable("HOME") ?? "/";
        Root = Directory.CreateDirectory(Path.Combine(home, $".km-test-{Path.GetRandomFileName()}"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        Library = Directory.CreateDirectory(Path.Combine(Root, "probes")).FullName;
        Policy = new ProbePolicy
        {
            Libraries = [Library], AllowedSigners = Path.Combine(Root, "allowed_signers"), AuditLog = Path.Combine(Root, "audit.jsonl"),
            StateDirectory = Path.Combine(Root, "state"),
        };
        File.WriteAllText(Policy.AllowedSigners, "");
    }

    /// <summary>The place.</summary>
    public string Root { get; }

    /// <summary>The library.</summary>
    public string Library { get; }

    /// <summary>The policy. Tests replace it.</summary>
    public ProbePolicy Policy { get; set; }

    /// <summary>A manifest that is as short as one can be.</summary>
    public static ProbeManifest Manifest(string name) => new()
    {
        Name = name, Version = "1.0.0", Title = "A test", Owner = "tests", Purpose = "Tests.", Reading = "Read it.",
        AttachPoints = ["interval:s:1"],
    };

    /// <summary>Writes a probe and returns its folder.</summary>
    public string Add(string name, string program = "interval:s:1 { @n = count(); }\n", ProbeManifest? manifest = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Library, name)).FullName;
        File.WriteAllText(Path.Combine(folder, $"{name}.bt"), program);
        File.WriteAllBytes(Path.Combine(folder, $"{name}.json"), ProbeManifestFile.Write(manifest ?? Manifest(name)));
        return folder;
    }

    /// <summary>The path of a file of a probe.</summary>
    public string FileOf(string name, string file) => Path.Combine(Library, name, file);

    /// <summary>Opens the library.</summary>
    public ProbeLibrary Open() => ProbeLibrary.Open(Library, Policy);

    /// <summary>Creates a key.</summary>
    /// <param name="name">The name of its file.</param>
    public string Key(string name)
    {
        var path = Path.Combine(Root, name);
        Keygen("-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path);
        return path;
    }

    /// <summary>Creates a key and allows it.</summary>
    /// <param name="principal">The principal, which is the name of its file too.</param>
    /// <param name="options">Options of the allowed signers, such as <c>valid-before="20300101"</c>.</param>
    public string Signer(string principal, string options = "")
    {
        var key = Key(principal);
        Allow(principal, key + ".pub", options);
        return key;
    }

    /// <summary>Allows a public key.</summary>
    public void Allow(string principal, string publicKey, string options = "")
    {
        var words = File.ReadAllText(publicKey).Split(' ');
        _signers.Add(string.Create(CultureInfo.InvariantCulture, $"{principal} {options} {words[0]} {words[1]}"));
        File.WriteAllText(Policy.AllowedSigners, string.Join('\n', _signers) + "\n");
    }

    /// <summary>Allows nobody.</summary>
    public void AllowNone()
    {
        _signers.Clear();
        File.WriteAllText(Policy.AllowedSigners, "");
    }

    /// <summary>Makes a statement about a probe as it is now.</summary>
    public string State(string name, ReviewAction action, string? key, DateTimeOffset? at = null, string? comment = null,
        DateTimeOffset? expires = null)
    {
        using var library = Open();
        return new ReviewDesk(library, Policy, at ?? Now, CancellationToken.None).State(library.Load(name), action, key, comment, expires);
    }

    /// <summary>Judges a probe.</summary>
    public ProbeStanding Judge(string name, DateTimeOffset? at = null)
    {
        using var library = Open();
        return ProbeJudge.Judge(library, library.Load(name), Policy, at ?? Now, CancellationToken.None);
    }

    /// <summary>Runs ssh-keygen.</summary>
    public static void Keygen(params string[] arguments)
    {
        var start = new ProcessStartInfo("ssh-keygen", arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var errors = new StringBuilder(process.StandardError.ReadToEnd());
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"ssh-keygen: {errors}");
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}

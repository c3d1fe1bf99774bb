using KernelMagnifier.Engine.Tests.Probes.Attacks;
using KernelMagnifier.Probes.Signing;

namespace KernelMagnifier.Engine.Tests.Probes.Signing;

[Collection(AttackCollection.Name)]
public sealed class SigningKeysTests : IDisposable
{
    private readonly Dictionary<string, string?> _before = [];
    private readonly string _home = Directory.CreateTempSubdirectory("km-home-").FullName;

    public SigningKeysTests()
    {
        Set("HOME", _home);
        Set(SigningKeys.Variable, null);
        Set("XDG_CONFIG_HOME", null);
        Set("GIT_CONFIG_GLOBAL", null);
    }

    [Fact]
    public void ThereMayBeNone() => Assert.Null(SigningKeys.Default());

    [Fact]
    public void TheVariableIsStrongerThanGitAndThatThanTheKeyOfTheUser()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_home, ".ssh")).FullName;
        File.WriteAllText(Path.Combine(folder, "id_rsa"), "");
        Assert.Equal(Path.Combine(folder, "id_rsa"), SigningKeys.Default());
        File.WriteAllText(Path.Combine(folder, "id_ed25519"), "");
        Assert.Equal(Path.Combine(folder, "id_ed25519"), SigningKeys.Default());
        if (File.Exists("/usr/bin/git"))
        {
            File.WriteAllText(Path.Combine(_home, ".gitconfig"), "[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = ~/.ssh/work\n");
            Assert.Equal(Path.Combine(folder, "work"), SigningKeys.Default());
            // A key of another kind, and one that is no file.
            File.WriteAllText(Path.Combine(_home, ".gitconfig"), "[user]\n\tsigningkey = ABCDEF\n");
            Assert.Equal(Path.Combine(folder, "id_ed25519"), SigningKeys.Default());
            File.WriteAllText(Path.Combine(_home, ".gitconfig"), "[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = key::ssh-ed25519 AAAA\n");
            Assert.Equal(Path.Combine(folder, "id_ed25519"), SigningKeys.Default());
        }
        Set(SigningKeys.Variable, "~/other");
        Assert.Equal(Path.Combine(_home, "other"), SigningKeys.Default());
    }

    public void Dispose()
    {
        foreach (var (name, value) in _before) Environment.SetEnvironmentVariable(name, value);
        Directory.Delete(_home, recursive: true);
    }

    private void Set(string name, string? value)
    {
        _before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }
}

using KernelMagnifier.Processes;

namespace KernelMagnifier.Probes.Signing;

/// <summary>Finds the key that this user signs with.</summary>
internal static class SigningKeys
{
    /// <summary>The variable that names it.</summary>
    public const string Variable = "KM_SIGNING_KEY";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static readonly string[] Names = ["id_ed25519", "id_ecdsa", "id_rsa"];

    /// <summary>
    /// The key: that of KM_SIGNING_KEY, that with which git signs if it signs with SSH keys, or the first of ~/.ssh. Null for none.
    /// </summary>
    public static string? Default()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named) return Expand(named);
        if (OfGit() is { } key) return key;
        return Names.Select(name => Expand($"~/.ssh/{name}")).FirstOrDefault(File.Exists);
    }

    private static string? OfGit()
    {
        if (!File.Exists("/usr/bin/git") || Setting("gpg.format") != "ssh"
            || Setting("user.signingkey") is not { Length: > 0 } key)
            return null;
        // git also takes the public key itself, which no file has.
        return key.StartsWith("key::", StringComparison.Ordinal) || key.StartsWith("ssh-", StringComparison.Ordinal) ? null
            : Expand(key);
    }

    private static string Setting(string name)
    {
        using var output = new MemoryStream();
        // --global: the library is a repository of others, whose settings do not choose the key.
        var result = ExternalTool.Run("/usr/bin/git", ["config", "--global", "--get", name], "", output, Limit,
            CancellationToken.None);
        return result is { Finished: true, ExitCode: 0 } ? System.Text.Encoding.UTF8.GetString(output.ToArray()).Trim() : "";
    }

    private static string Expand(string path)
        => path.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", path[2..]) : path;
}

using System.Text.Json;

namespace KernelMagnifier.Cli.Tests.Support;

/// <summary>Runs commands on the library and the policy of a folder.</summary>
internal static class ProbeFolderTool
{
    /// <summary>Writes the policy as a file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="more">More properties, each followed by a comma.</param>
    public static string PolicyFile(this ProbeFolder folder, string more = "")
    {
        var path = Path.Combine(folder.Root, "policy.json");
        File.WriteAllText(path, $$"""
            { "schema": "kernel-magnifier-probe-policy", "schemaVersion": 1, {{more}} "libraries": ["probes"],
              "allowedSigners": "allowed_signers", "auditLog": "audit.jsonl", "stateDirectory": "state" }
            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>Runs a command on the library and the policy.</summary>
    public static Outcome Run(this ProbeFolder folder, params string[] args)
        => Tool.Run([.. args, "--library", folder.Library, "--policy", folder.PolicyFile()]);

    /// <summary>The records of the audit log.</summary>
    public static List<JsonElement> Audit(this ProbeFolder folder)
        => [.. Tool.Run("probe", "audit", folder.Policy.AuditLog, "--json").Succeeds().Lines.Select(line => JsonDocument.Parse(line).RootElement)];
}

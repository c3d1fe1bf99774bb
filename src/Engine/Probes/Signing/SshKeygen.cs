using System.Globalization;
using System.Text;
using KernelMagnifier.Native;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Probes.Signing;

/// <summary>
/// Runs ssh-keygen(1): bounded, without a shell, with an environment of its own, and with files that only this user can reach.
/// </summary>
internal static class SshKeygen
{
    // Long enough to type a passphrase or to touch a security key.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // Those that name the agent and the home directory. Others, such as SSH_SK_PROVIDER and LD_PRELOAD, load code.
    private static readonly string[] Kept = ["HOME", "SSH_AUTH_SOCK", "TERM"];

    /// <summary>Runs it.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Its standard output, and what else came of it.</returns>
    /// <exception cref="KernelMagnifierException">It is not installed.</exception>
    public static (byte[] Output, ToolResult Result) Run(
        IEnumerable<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        using var output = new MemoryStream();
        var result = ExternalTool.Run(Program(), arguments, input, Environment(), output, Limit, cancel);
        return (output.ToArray(), result);
    }

    /// <summary>The last line of its errors, which gives the reason; the exit code if it wrote none.</summary>
    public static string Reason(ToolResult result)
    {
        if (!result.Finished) return "ssh-keygen did not end within two minutes";
        var line = result.Errors.Split('\n',
            StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
        return line?.TrimEnd('.') ?? string.Create(CultureInfo.InvariantCulture,
            $"ssh-keygen ended with exit code {result.ExitCode}");
    }

    /// <summary>Creates a directory that only this user can enter. The caller deletes it.</summary>
    public static DirectoryInfo CreateFolder()
    {
        // TMPDIR of root may come from whoever became root; /run belongs to root.
        if (ProcessCalls.EffectiveUser() != 0 || !Directory.Exists("/run")) return Directory.CreateTempSubdirectory("km-sign-");
        try
        {
            return Directory.CreateDirectory($"/run/km-sign-{Path.GetRandomFileName()}",
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Directory.CreateTempSubdirectory("km-sign-");
        }
    }

    /// <summary>Writes a file into such a directory.</summary>
    public static string Store(DirectoryInfo folder, string name, ReadOnlyMemory<byte> content)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, content.Span);
        return path;
    }

    /// <summary>A time as its option verify-time has it, in UTC, which TZ says.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>Its output as text.</summary>
    public static string Text(byte[] output) => Encoding.UTF8.GetString(output);

    private static string Program()
        => File.Exists("/usr/bin/ssh-keygen") ? "/usr/bin/ssh-keygen"
            : ExternalTool.Find("ssh-keygen", "OpenSSH", "openssh-client");

    private static Dictionary<string, string> Environment()
    {
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/bin:/bin", ["LC_ALL"] = "C", ["TZ"] = "UTC",
            // A passphrase is asked for on the terminal, or not at all: no window opens for a cmdlet.
            ["SSH_ASKPASS_REQUIRE"] = "never",
        };
        foreach (var name in Kept)
            if (System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) variables[name] = value;
        return variables;
    }
}

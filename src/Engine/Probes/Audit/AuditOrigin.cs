using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Native;

namespace KernelMagnifier.Probes.Audit;

/// <summary>Who asked, and on which machine: the part of a record that does not come from the request.</summary>
internal static class AuditOrigin
{
    private const int LongestName = 128;
    private const uint NoLogin = uint.MaxValue;

    /// <summary>The user who logged in, as the kernel keeps it through su and sudo; null if there was no login.</summary>
    public static uint? LoginUser
        => uint.TryParse(Read("/proc/self/loginuid"), NumberStyles.None, CultureInfo.InvariantCulture, out var user)
            && user != NoLogin
            ? user : null;

    /// <summary>The machine's own id (machine-id(5)); null if it has none.</summary>
    public static string? MachineId => Read("/etc/machine-id");

    /// <summary>The name of this machine.</summary>
    public static string Host => Environment.MachineName;

    /// <summary>Writes the properties.</summary>
    public static void Write(Utf8JsonWriter json)
    {
        json.WriteString("host"u8, Host);
        WriteText(json, "machine", MachineId);
        WriteText(json, "boot", Read("/proc/sys/kernel/random/boot_id"));
        WriteText(json, "kernel", Read("/proc/sys/kernel/osrelease"));
        json.WriteNumber("uid"u8, ProcessCalls.EffectiveUser());
        json.WriteString("user"u8, Environment.UserName);
        if (LoginUser is { } login) json.WriteNumber("loginUid"u8, login);
        // What sudo states of its caller. Who is root already can state anything; the login above stays.
        WriteText(json, "sudoUser", Environment.GetEnvironmentVariable("SUDO_USER"));
        if (uint.TryParse(Environment.GetEnvironmentVariable("SUDO_UID"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var sudo))
            json.WriteNumber("sudoUid"u8, sudo);
        json.WriteNumber("pid"u8, Environment.ProcessId);
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) json.WriteString(name, value.Length > LongestName ? value[..LongestName] : value);
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

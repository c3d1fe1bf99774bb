namespace KernelMagnifier.Logs;

/// <summary>Rules for logrotate(8), which keep a log file from growing without end.</summary>
internal static class LogRotateRules
{
    // logrotate takes these for patterns, quotes, blocks or comments.
    private const string Special = "*?[]{}\"'\\#~";

    /// <summary>The rules of a log, as a file of /etc/logrotate.d.</summary>
    /// <param name="path">The log.</param>
    /// <param name="user">The user that the log belongs to.</param>
    /// <param name="group">The group that may read it.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>: logrotate cannot name such a path.
    /// </exception>
    public static string Text(string path, string user = "root", string? group = null)
    {
        if (path.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || Special.Contains(c, StringComparison.Ordinal)))
            throw new KernelMagnifierException(
                ErrorCode.BadRequest, path, "logrotate takes a character of this path for a pattern.",
                "Choose a path of letters, digits, dots, dashes and slashes.");
        group ??= ReadersOfLogs();
        // The renamed file is compressed a rotation later: a writer that has it open writes to it until then.
        return $$"""
            {{path}} {
                weekly
                maxsize 64M
                rotate 8
                compress
                delaycompress
                missingok
                notifempty
                create 0640 {{user}} {{group}}
                su {{user}} {{group}}
            }

            """;
    }

    /// <summary>The group whose members may read logs: adm on Debian, otherwise that of root.</summary>
    private static string ReadersOfLogs()
    {
        try
        {
            return File.ReadLines("/etc/group").Any(line => line.StartsWith("adm:", StringComparison.Ordinal)) ? "adm" : "root";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "root";
        }
    }
}

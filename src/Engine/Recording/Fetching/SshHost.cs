using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KernelMagnifier.Processes;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording.Fetching;

/// <summary>
/// A host that ssh reaches, with a POSIX shell, wc, head, tail and sha256sum. The script of each question is the input of <c>sh -s</c>, so
/// that no other shell reads it; its paths are quoted.
/// </summary>
/// <param name="target">The host.</param>
internal sealed class SshHost(SshTarget target) : IRecordingHost
{
    private const int MostListing = 16 << 20, LongestReason = 300;
    private const string Damaged = "what it answers cannot be understood.";

    // Fields end with NUL, which no path contains.
    private const string FindOne = """
        one() {
            if [ ! -e "$1" ]; then printf 'N\0%s\0\0\0' "$1"
            elif [ ! -f "$1" ]; then printf 'O\0%s\0\0\0' "$1"
            elif [ ! -r "$1" ]; then printf 'P\0%s\0\0\0' "$1"
            elif s=$(wc -c < "$1") && h=$(sha256sum < "$1"); then printf 'F\0%s\0%s\0%s\0' "$1" "$s" "${h%% *}"
            else printf 'X\0%s\0\0\0' "$1"
            fi
        }

        """;

    private static readonly string[] Always =
    [
        "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4", "-o",
        "ClearAllForwardings=yes", "-o", "LogLevel=ERROR",
    ];

    private static readonly TimeSpan Longest = TimeSpan.FromDays(30), ForAnswer = TimeSpan.FromHours(1), ForBytes = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public string Name => target.Host;

    /// <inheritdoc/>
    public IReadOnlyList<RemoteRecording> Find(
        IReadOnlyList<RemotePath> paths, Action<KernelMagnifierException> failed, CancellationToken cancel)
    {
        var script = new StringBuilder(FindOne);
        foreach (var path in paths) script.Append(CultureInfo.InvariantCulture, $"for f in {ShellText.Quote(path)}; do one \"$f\"; done\n");
        script.Append("printf 'Z\\0\\0\\0\\0'\n");
        using var listing = new MemoryStream();
        Run(script.ToString(), listing, MostListing, ForAnswer, cancel);
        string[] fields;
        try
        {
            fields = new UTF8Encoding(false, true).GetString(listing.GetBuffer(), 0, (int)listing.Length).Split('\0');
        }
        catch (DecoderFallbackException)
        {
            throw Failed("a name of a file is not UTF-8.", "Name the files without wildcards, or rename that file.");
        }
        // The last field ends with NUL, too.
        return RemoteListing.Files(Name, fields.AsSpan(0, fields.Length - 1), paths, failed) ?? throw Failed(Damaged);
    }

    /// <inheritdoc/>
    public string Hash(string path, long length, CancellationToken cancel)
    {
        using var answer = new MemoryStream();
        var bytes = length.ToString(CultureInfo.InvariantCulture);
        Run($"head -c {bytes} < {ShellText.Quote(new RemotePath(path, true))} | sha256sum\n", answer, 4096, ForAnswer, cancel);
        var hash = Encoding.ASCII.GetString(answer.ToArray()).Split(' ')[0].Trim();
        return RemoteRecording.IsHash(hash) ? hash : throw Failed(Damaged);
    }

    /// <inheritdoc/>
    public void Read(string path, long offset, Stream into, CancellationToken cancel)
    {
        var from = (offset + 1).ToString(CultureInfo.InvariantCulture);
        Run($"exec tail -c +{from} < {ShellText.Quote(new RemotePath(path, true))}\n", into, long.MaxValue, ForBytes, cancel);
    }

    /// <summary>Runs a script of the shell on the host.</summary>
    private void Run(string script, Stream into, long most, TimeSpan patience, CancellationToken cancel)
    {
        var ssh = ExternalTool.Find("ssh", "OpenSSH's client", "openssh-client");
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        // The two halves are joined by the host, so that a shell that shows its input does not show the mark.
        var whole = $"LC_ALL=C; export LC_ALL; unset CDPATH; printf 'km-%s\\n' {token}\n{script}";
        using var watch = new CancellationTokenSource(patience);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(watch.Token, cancel);
        using var output = new RemoteOutput(Encoding.ASCII.GetBytes($"km-{token}\n"), into, most, watch, patience);
        try
        {
            var result = ExternalTool.Run(
                ssh, [.. target.Arguments(), .. Always, "--", target.Host, "sh -s"],
                Encoding.UTF8.GetBytes(whole), null, output, Longest, both.Token);
            if (result.ExitCode == 0 && output.HasBegun) return;
            throw Failed(Reason(result, output.HasBegun));
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            output.Failure?.Throw();
            throw Failed(output.IsTooLong ? Damaged
                : string.Create(CultureInfo.InvariantCulture, $"it did not answer for {patience.TotalMinutes:0} minutes."));
        }
    }

    private static string Reason(ToolResult result, bool hasBegun)
    {
        var said = string.Join(" ", result.Errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        var what = result.ExitCode != 255 ? "a command failed there" : hasBegun ? "the connection was lost" : "ssh cannot connect";
        return said.Length > 0 ? $"{what}: {DisplayText.Shorten(said, LongestReason).TrimEnd('.')}."
            : hasBegun || result.ExitCode == 255 ? $"{what}." : "it has no POSIX shell.";
    }

    private KernelMagnifierException Failed(string cause, string? action = null)
        => new(ErrorCode.HostFailed, Name, cause, action ?? $"Check that this works without a question: ssh {Name} sha256sum /dev/null");
}

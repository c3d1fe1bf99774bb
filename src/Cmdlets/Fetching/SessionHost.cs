using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Remoting;
using System.Management.Automation.Runspaces;
using KernelMagnifier.Recording.Fetching;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Fetching;

/// <summary>
/// A host at the other end of a PowerShell session, whatever its transport. Bytes are fetched some megabytes at a time, so that neither end
/// keeps a file in memory.
/// </summary>
/// <param name="session">The session.</param>
internal sealed class SessionHost(PSSession session) : IRecordingHost
{
    private const int LongestReason = 300, ChunkSize = 16 << 20;
    private const int PatienceMilliseconds = 2000;

    private const string FindFiles = """
        param([string[]] $Path, [bool[]] $Literal)
        for ($i = 0; $i -lt $Path.Count; $i++) {
            $how = if ($Literal[$i]) { @{ LiteralPath = $Path[$i] } } else { @{ Path = $Path[$i] } }
            $found = @(Get-Item @how -ErrorAction SilentlyContinue -ErrorVariable why)
            if ($found.Count -eq 0) { $(if ($why.Exception -is [UnauthorizedAccessException]) { 'P' } else { 'N' }), $Path[$i], '', '' }
            foreach ($file in $found) {
                if ($file -isnot [IO.FileInfo]) { 'O', "$($file.FullName)", '', ''; continue }
                try {
                    $hash = (Get-FileHash -LiteralPath $file.FullName -Algorithm SHA256 -ErrorAction Stop).Hash.ToLowerInvariant()
                    'F', $file.FullName, "$((Get-Item -LiteralPath $file.FullName).Length)", $hash
                }
                catch { $(if ("$($_.Exception)" -match 'UnauthorizedAccess') { 'P' } else { 'X' }), $file.FullName, '', '' }
            }
        }
        'Z', '', '', ''
        """;

    private const string HashFirst = """
        param([string] $Path, [long] $Length)
        $file = [IO.File]::OpenRead($Path)
        try {
            $hash = [Security.Cryptography.IncrementalHash]::CreateHash([Security.Cryptography.HashAlgorithmName]::SHA256)
            $buffer = [byte[]]::new(1MB)
            while ($Length -gt 0 -and ($n = $file.Read($buffer, 0, [Math]::Min($Length, $buffer.Length))) -gt 0) {
                $hash.AppendData($buffer, 0, $n)
                $Length -= $n
            }
            [BitConverter]::ToString($hash.GetHashAndReset()).Replace('-', '').ToLowerInvariant()
        }
        finally { $file.Dispose() }
        """;

    private const string ReadBytes = """
        param([string] $Path, [long] $Offset, [int] $Length)
        $file = [IO.File]::OpenRead($Path)
        try {
            $null = $file.Seek($Offset, 'Begin')
            while ($Length -gt 0) {
                $buffer = [byte[]]::new([Math]::Min($Length, 1MB))
                if (($n = $file.Read($buffer, 0, $buffer.Length)) -le 0) { break }
                if ($n -lt $buffer.Length) { [Array]::Resize([ref] $buffer, $n) }
                , $buffer
                $Length -= $n
            }
        }
        finally { $file.Dispose() }
        """;

    /// <inheritdoc/>
    public string Name => session.ComputerName;

    /// <inheritdoc/>
    public IReadOnlyList<RemoteRecording> Find(
        IReadOnlyList<RemotePath> paths, Action<KernelMagnifierException> failed, CancellationToken cancel)
    {
        string[] fields = [.. Run(FindFiles, cancel, paths.Select(path => path.Text).ToArray(),
                paths.Select(path => path.IsLiteral).ToArray())
            .Select(item => item?.BaseObject as string ?? "")];
        return RemoteListing.Files(Name, fields, paths, failed) ?? throw Failed("what it answers cannot be understood.");
    }

    /// <inheritdoc/>
    public string Hash(string path, long length, CancellationToken cancel)
        => Run(HashFirst, cancel, path, length) is [{ BaseObject: string hash }] && RemoteRecording.IsHash(hash) ? hash
            : throw Failed("what it answers cannot be understood.");

    /// <inheritdoc/>
    public void Read(string path, long offset, Stream into, CancellationToken cancel)
    {
        for (var at = offset; ;)
        {
            var before = at;
            foreach (var item in Run(ReadBytes, cancel, path, at, ChunkSize))
            {
                if (item?.BaseObject is not byte[] bytes) throw Failed("what it answers cannot be understood.");
                into.Write(bytes);
                at += bytes.Length;
            }
            if (at - before < ChunkSize) return;
        }
    }

    /// <summary>Runs a script in the session.</summary>
    private IReadOnlyList<PSObject?> Run(string script, CancellationToken cancel, params object[] arguments)
    {
        using var shell = PowerShell.Create();
        try
        {
            shell.Runspace = session.Runspace;
            shell.AddScript(script);
            foreach (var argument in arguments) shell.AddArgument(argument);
            var running = shell.BeginInvoke();
            if (WaitHandle.WaitAny([running.AsyncWaitHandle, cancel.WaitHandle]) != 0)
            {
                // A host that is lost does not answer to this, either.
                shell.BeginStop(null, null).AsyncWaitHandle.WaitOne(PatienceMilliseconds);
                cancel.ThrowIfCancellationRequested();
            }
            var output = shell.EndInvoke(running);
            if (shell.HadErrors && shell.Streams.Error is [var error, ..]) throw Failed($"{error}");
            return [.. output];
        }
        catch (Exception error) when (error is RuntimeException or InvalidOperationException or PSRemotingTransportException)
        {
            throw Failed(error.Message, error);
        }
    }

    private KernelMagnifierException Failed(string reason, Exception? inner = null)
    {
        var cause = string.Join(" ", reason.Split(['\r', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return new KernelMagnifierException(ErrorCode.HostFailed, Name,
            string.Create(CultureInfo.InvariantCulture, $"the session {session.Id} cannot be used: {DisplayText.Shorten(cause, LongestReason).TrimEnd('.')}."),
            "Open another session with New-PSSession, and copy again: what was copied is kept.", inner);
    }
}

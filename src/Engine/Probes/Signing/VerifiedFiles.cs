using System.Text.RegularExpressions;

namespace KernelMagnifier.Probes.Signing;

/// <summary>Copies of a signature and of the trusted keys that nobody can exchange while ssh-keygen reads them.</summary>
internal sealed partial class VerifiedFiles
{
    private readonly string _signature, _allowed;
    private readonly string? _revoked;

    /// <summary>Writes the copies.</summary>
    /// <param name="folder">A directory that only this user can enter.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="trust">The keys.</param>
    public VerifiedFiles(DirectoryInfo folder, ReadOnlyMemory<byte> signature, SshTrust trust)
    {
        _signature = SshKeygen.Store(folder, "signature", signature);
        _allowed = SshKeygen.Store(folder, "allowed", trust.AllowedSigners);
        _revoked = trust.RevokedKeys is { } revoked ? SshKeygen.Store(folder, "revoked", revoked) : null;
    }

    /// <summary>The first principal of the signature's key; null if it has none at that time.</summary>
    public string? Principal(DateTimeOffset at, CancellationToken cancel)
    {
        var (output, result) = SshKeygen.Run(
            ["-Y", "find-principals", "-s", _signature, "-f", _allowed, $"-Overify-time={SshKeygen.Time(at)}"], default, cancel);
        return result is { Finished: true, ExitCode: 0 }
            ? SshKeygen.Text(output).Split(['\n', ','],
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault()
            : null;
    }

    /// <summary>Verifies the signature at a time.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.SignatureRefused"/>.</exception>
    public SshSigner Verify(
        string principal, string @namespace, ReadOnlyMemory<byte> message, DateTimeOffset at, CancellationToken cancel)
    {
        List<string> arguments = ["-Y", "verify", "-f", _allowed, "-I", principal, "-n", @namespace, "-s", _signature,
            $"-Overify-time={SshKeygen.Time(at)}"];
        if (_revoked is not null) arguments.AddRange(["-r", _revoked]);
        var (output, result) = SshKeygen.Run(arguments, message, cancel);
        if (result is { Finished: true, ExitCode: 0 } && Good().Match(SshKeygen.Text(output)) is { Success: true } good)
            return new SshSigner(principal, good.Groups[1].Value);
        throw SshSignature.Refused(result.Errors.Trim().Length > 0 ? $"{Plain(SshKeygen.Reason(result))}."
            : $"its key is not one that {principal} may use for {@namespace} at that time, or it is revoked.");
    }

    /// <summary>The reason without the words that say only that there is one, and without the path of a copy.</summary>
    private static string Plain(string reason)
    {
        // "Couldn't verify signature: namespace does not match", "/run/…/allowed:1: key has expired: verify time …"
        var colon = reason.IndexOf(": ", StringComparison.Ordinal);
        if (Line().Match(reason) is { Success: true } line)
            return $"line {line.Groups[1].Value} of the allowed signers: {reason[line.Length..]}";
        return colon > 0 && reason[..colon].Contains("erif", StringComparison.Ordinal) ? reason[(colon + 2)..] : reason;
    }

    [GeneratedRegex(@"\A[^:]*/allowed:([0-9]+): ", RegexOptions.CultureInvariant)]
    private static partial Regex Line();

    [GeneratedRegex("^Good \"[^\"]*\" signature for .* with [A-Z0-9-]+ key (SHA256:[A-Za-z0-9+/]+)\r?$",
        RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Good();
}

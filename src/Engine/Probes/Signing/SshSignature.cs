using System.Text;
using System.Text.RegularExpressions;

namespace KernelMagnifier.Probes.Signing;

/// <summary>
/// Signatures of OpenSSH keys (<c>ssh-keygen -Y</c>), each for one purpose: a namespace such as
/// <c>approve@kernel-magnifier</c>.
/// </summary>
internal static partial class SshSignature
{
    /// <summary>What follows the action in a namespace.</summary>
    public const string Domain = "@kernel-magnifier";

    // A certificate with many principals has some KiB.
    private const int LongestSignature = 64 * 1024, LongestPrincipal = 256;

    /// <summary>Signs a message.</summary>
    /// <param name="keyPath">The private key, or a public key (<c>.pub</c>) whose private one ssh-agent has.</param>
    /// <param name="namespace">The purpose.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The signature, as text.</returns>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.SigningFailed"/>.</exception>
    public static byte[] Sign(string keyPath, string @namespace, ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        var path = Path.GetFullPath(keyPath);
        if (!File.Exists(path))
            throw new KernelMagnifierException(ErrorCode.SigningFailed, keyPath, "there is no such key.",
                "Name the file of an SSH key. ssh-keygen -t ed25519 creates one.");
        var (signature, result) = SshKeygen.Run(["-q", "-Y", "sign", "-f", path, "-n", @namespace], message, cancel);
        if (result is { Finished: true, ExitCode: 0 } && signature.AsSpan().StartsWith("-----BEGIN SSH SIGNATURE-----"u8))
            return signature;
        throw new KernelMagnifierException(ErrorCode.SigningFailed, keyPath,
            $"the key does not sign: {SshKeygen.Reason(result)}.",
            "If it has a passphrase, add it to ssh-agent: ssh-add KEY. Or name another key.");
    }

    /// <summary>Verifies a signature by any allowed signer.</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="namespace">The purpose that it must have.</param>
    /// <param name="message">The message.</param>
    /// <param name="allowedSigners">The path of the allowed signers, which only root or this user may be able to change.</param>
    /// <param name="revokedKeys">The path of the revoked keys; null for none.</param>
    /// <param name="at">When the key must be valid.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The principal.</returns>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.SignatureRefused"/>, with the reason.</exception>
    public static string Verify(byte[] signature, string @namespace, ReadOnlyMemory<byte> message, string allowedSigners,
        string? revokedKeys, DateTimeOffset at, CancellationToken cancel)
        => Verify(signature, @namespace, message, SshTrust.Read(allowedSigners, revokedKeys), null, [at], cancel).Principal;

    /// <summary>Verifies a signature.</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="namespace">The purpose that it must have.</param>
    /// <param name="message">The message.</param>
    /// <param name="trust">The keys.</param>
    /// <param name="principal">The principal whose key it must be; null for any.</param>
    /// <param name="at">The times at which the key must be valid.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.SignatureRefused"/>, with the reason.</exception>
    public static SshSigner Verify(ReadOnlyMemory<byte> signature, string @namespace, ReadOnlyMemory<byte> message,
        SshTrust trust,
        string? principal, IReadOnlyList<DateTimeOffset> at, CancellationToken cancel)
    {
        if (signature.Length is 0 or > LongestSignature) throw Refused("the signature is empty or too long.");
        var folder = SshKeygen.CreateFolder();
        try
        {
            var files = new VerifiedFiles(folder, signature, trust);
            var who = principal ?? files.Principal(at[0], cancel) ?? throw Refused("its key is not one of the allowed signers.");
            if (!IsPrincipal(who)) throw Refused("its principal is not the name of a person.");
            SshSigner? signer = null;
            foreach (var time in at)
            {
                var next = files.Verify(who, @namespace, message, time, cancel);
                if (signer is not null && signer != next) throw Refused("its key changed while it was verified.");
                signer = next;
            }
            return signer!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// The principal of a key: whom the allowed signers name for it. Signs a text without meaning if the public key alone does not
    /// tell, as with a certificate.
    /// </summary>
    /// <param name="keyPath">The key.</param>
    /// <param name="namespace">The purpose that the signer needs.</param>
    /// <param name="trust">The keys.</param>
    /// <param name="now">When it must be valid.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.SignatureRefused"/>: it is no allowed signer; or <see cref="ErrorCode.SigningFailed"/>.
    /// </exception>
    public static string PrincipalOf(
        string keyPath, string @namespace, SshTrust trust, DateTimeOffset now, CancellationToken cancel)
    {
        if (AllowedSigners.PrincipalOf(keyPath, trust.AllowedSigners.Span) is { } principal && IsPrincipal(principal))
            return principal;
        var message = Encoding.UTF8.GetBytes("Who signs?\n");
        return Verify(Sign(keyPath, @namespace, message, cancel), @namespace, message, trust, null, [now], cancel).Principal;
    }

    /// <summary>Whether a text names one principal: no pattern, and nothing that ssh-keygen or a terminal takes for something
    /// else.</summary>
    private static bool IsPrincipal(string text) => text.Length <= LongestPrincipal && Principal().IsMatch(text);

    [GeneratedRegex(@"\A[\p{L}\p{N}_@+:/][\p{L}\p{N}_@.+:/=-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Principal();

    /// <summary>The error for a signature.</summary>
    public static KernelMagnifierException Refused(string cause)
        => new(ErrorCode.SignatureRefused, "The signature", cause,
            "Ask the signer to sign again, or correct the allowed signers.");
}

using KernelMagnifier.Files;

namespace KernelMagnifier.Probes.Signing;

/// <summary>
/// The keys that are trusted: the bytes of the files of allowed signers and revoked keys. They are read once, so that all signatures
/// of a judgement are verified with the same keys.
/// </summary>
/// <param name="AllowedSigners">The allowed signers, as in ssh-keygen(1).</param>
/// <param name="RevokedKeys">The revoked keys; null if the policy names none.</param>
internal sealed record SshTrust(ReadOnlyMemory<byte> AllowedSigners, ReadOnlyMemory<byte>? RevokedKeys)
{
    private const int Largest = 4 << 20;

    /// <summary>Reads the files. Those that others can change are refused, and so is a missing list of revoked keys.</summary>
    /// <param name="allowedSigners">The path of the allowed signers.</param>
    /// <param name="revokedKeys">The path of the revoked keys; null for none.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.SignatureRefused"/>.</exception>
    public static SshTrust Read(string allowedSigners, string? revokedKeys)
        => new(Bytes(allowedSigners, "allowed signers"), revokedKeys is null ? null
            : (ReadOnlyMemory<byte>?)Bytes(revokedKeys, "revoked keys"));

    private static byte[] Bytes(string path, string what)
    {
        try
        {
            return GuardedDirectory.ReadFile(path, Largest);
        }
        catch (NotGuardedException error)
        {
            throw Refused(path, $"the {what} are not trusted: {error.Path} {error.Reason}.",
                "Let only root or yourself own and write to it and to the directories above it.", error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Refused(path, $"there is no such file of {what}.",
                "Create it, as ssh-keygen(1) describes, or name another in the policy.",
                error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, $"the {what} cannot be read: {OutputFile.Cause(error)}.", "Read them as another user.", error);
        }
    }

    private static KernelMagnifierException Refused(string path, string cause, string action, Exception error)
        => new(ErrorCode.SignatureRefused, path, cause, action, error);
}

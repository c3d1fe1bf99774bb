using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Signing;

namespace KernelMagnifier.Probes.Policies;

/// <summary>
/// Finds the policy of a machine and decides whether it is trusted. docs/formats/probe-policy.md describes the file and the rules.
/// </summary>
internal static class ProbePolicyFile
{
    /// <summary>The name of the format, which is the first property.</summary>
    public const string Schema = "kernel-magnifier-probe-policy";

    /// <summary>The version of the format.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The variable that names the file.</summary>
    public const string Variable = "KM_PROBE_POLICY";

    /// <summary>The namespace of the signatures of policies.</summary>
    public const string Namespace = "policy" + SshSignature.Domain;

    private const string DefaultPath = ProbePolicy.DefaultDirectory + "/policy.json";
    private const string Signers = ProbePolicy.DefaultDirectory + "/policy_signers";
    private const string Correct = "Correct the policy. docs/formats/probe-policy.md describes it.";
    private const string Guard = "Let root own it and the directories above it, and let nobody else write to them. Or sign it: "
        + "ssh-keygen -Y sign -f KEY -n policy@kernel-magnifier FILE";

    /// <summary>The policy: the file that is named, or that KM_PROBE_POLICY names, or the machine's, or the defaults.</summary>
    /// <param name="path">The file that an option names; null for none.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.ProbePolicyUnreadable"/>: it cannot be read or is not trusted; <see cref="ErrorCode.ProbeRefused"/>: a user
    /// who became root names another policy than the machine's.
    /// </exception>
    public static ProbePolicy Find(string? path)
    {
        var named = path is { Length: > 0 } ? path : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set
            : null;
        PrivilegedCaller.Refuse("policy", named, [DefaultPath]);
        return named is not null ? Read(Path.GetFullPath(named), Signers) : Machine();
    }

    /// <summary>The machine's own policy, or the defaults if it has none: whatever options and variables name.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbePolicyUnreadable"/>.</exception>
    public static ProbePolicy Machine()
        => File.Exists(DefaultPath) || Ownership.Of(DefaultPath) is not null ? Read(DefaultPath, Signers) : new ProbePolicy();

    /// <summary>Reads a policy.</summary>
    /// <param name="path">The file.</param>
    /// <param name="signers">The file of those who sign policies, which only root can change.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbePolicyUnreadable"/>.</exception>
    public static ProbePolicy Read(string path, string signers)
    {
        var (bytes, fault) = Bytes(path);
        var isOfRoot = fault is null && IsOfRoot(path);
        var refused = isOfRoot ? null : WhyNotSigned(path, bytes, signers);
        if (refused is not null && (fault is not null || ProcessCalls.EffectiveUser() == 0))
            throw new KernelMagnifierException(ErrorCode.ProbePolicyUnreadable, path,
                $"the policy is not trusted: {fault ?? refused}", Guard);
        var directory = Path.GetDirectoryName(path) ?? "/";
        return StrictJson.Read(bytes, path, ErrorCode.ProbePolicyUnreadable, Correct, root => PolicyReader.Read(root, directory))
            with { Path = path, IsTrusted = refused is null };
    }

    /// <summary>The bytes of the file, and why its place is not trusted; null if it is.</summary>
    private static (byte[] Bytes, string? Fault) Bytes(string path)
    {
        try
        {
            return (GuardedDirectory.ReadFile(path, StrictJson.Largest), null);
        }
        catch (NotGuardedException error)
        {
            // The place does not matter for a file that is signed.
            return (Unguarded(path), $"{error.Path} {error.Reason}.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KernelMagnifierException(ErrorCode.ProbePolicyUnreadable, path, "there is no such policy.",
                "Name an existing one.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, error);
        }
    }

    private static byte[] Unguarded(string path)
    {
        try
        {
            using var file = InputHandle.OpenRegular(path);
            var bytes = new byte[StrictJson.Largest + 1];
            int length = 0, read;
            while (length < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(length), length)) > 0) length += read;
            return bytes[..length];
        }
        catch (NotRegularException error)
        {
            throw Failed(path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(path, error);
        }
    }

    /// <summary>Whether root owns a file that was read by a guarded path, and everything above it.</summary>
    private static bool IsOfRoot(string path)
    {
        for (var at = path; at is { Length: > 0 }; at = Path.GetDirectoryName(at))
            if (Ownership.Following(at) is not { User: 0 }) return false;
        return true;
    }

    /// <summary>Why no signature makes a file trusted; null if one does.</summary>
    private static string? WhyNotSigned(string path, byte[] bytes, string signers)
    {
        if (!File.Exists(path + ".sig")) return "root does not own it, and it has no signature.";
        if (!IsOfRoot(signers)) return $"it is signed, and root does not own {signers}.";
        try
        {
            var signature = Unguarded(path + ".sig");
            _ = SshSignature.Verify(signature, Namespace, bytes, signers, null, DateTimeOffset.UtcNow, CancellationToken.None);
            return null;
        }
        catch (KernelMagnifierException error)
        {
            return $"its signature does not count: {error.Cause}";
        }
    }

    private static KernelMagnifierException Failed(string path, Exception error)
        => new(ErrorCode.ProbePolicyUnreadable, path,
            error is NotRegularException ? "this is not a regular file." : $"{OutputFile.Cause(error)}.",
                "Read it as another user.", error);
}

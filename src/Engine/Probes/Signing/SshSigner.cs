namespace KernelMagnifier.Probes.Signing;

/// <summary>Who made a signature.</summary>
/// <param name="Principal">The principal, as the allowed signers name it.</param>
/// <param name="Key">The fingerprint of the key. One key is one person, whatever principals it has.</param>
internal sealed record SshSigner(string Principal, string Key);

namespace KernelMagnifier.Lab;

/// <summary>Something that the lab needs, and whether this machine has it.</summary>
/// <param name="Name">What it is, such as <c>qemu-system-x86_64</c>, <c>kvm</c>, <c>kernels</c> or <c>disk</c>.</param>
/// <param name="Status"><c>Ok</c>; <c>Missing</c>: no guest can be booted; <c>Limited</c>: something does not work, or works
/// differently.</param>
/// <param name="Value">What was found; null if nothing was.</param>
/// <param name="Action">What to do about it; null if nothing is to be done.</param>
public sealed record LabCheck(string Name, string Status, string? Value, string? Action);

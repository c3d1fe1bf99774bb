namespace KernelMagnifier.Lab;

/// <summary>A bpftrace program to attach in a guest.</summary>
/// <param name="Name">Its name: letters, digits and dashes.</param>
/// <param name="Text">The program.</param>
/// <param name="Arguments">Its positional parameters.</param>
internal sealed record TrialProgram(string Name, ReadOnlyMemory<byte> Text, IReadOnlyList<string> Arguments);

namespace KernelMagnifier.Traces.Formats;

/// <summary>The name of a value or of flags in a <c>print fmt</c>.</summary>
/// <param name="Value">The value; all bits if the format does not tell it as a number.</param>
/// <param name="Name">The name.</param>
internal readonly record struct PrintName(ulong Value, byte[] Name);

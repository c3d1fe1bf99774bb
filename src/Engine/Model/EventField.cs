namespace KernelMagnifier.Model;

/// <summary>A field of a kernel event with its value.</summary>
/// <param name="Name">The name, as in the event's format file. Untrusted text.</param>
/// <param name="Value">
/// The value: a number (<see cref="long"/>, <see cref="ulong"/> or a smaller integer), a string, an array of numbers or bytes;
/// null
/// if the record does not contain it. The raw number, not its symbolic name.
/// </param>
/// <param name="Symbol">The symbolic name of a number, as the event's <c>print fmt</c> decodes it; null if it has none.</param>
internal readonly record struct EventField(string Name, object? Value, string? Symbol);

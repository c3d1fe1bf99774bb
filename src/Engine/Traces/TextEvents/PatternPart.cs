namespace KernelMagnifier.Traces.TextEvents;

/// <summary>One part of a <see cref="MessagePattern"/>.</summary>
/// <param name="Kind">What the part matches.</param>
/// <param name="Literal">The bytes of a literal; else empty.</param>
/// <param name="Field">The index of the field in the pattern; -1 if the text is not kept.</param>
/// <param name="Reading">How a field is read.</param>
/// <param name="Count">The number of parts in an optional group.</param>
internal sealed record PatternPart(PatternPartKind Kind, byte[] Literal, int Field, FieldKind Reading, int Count);

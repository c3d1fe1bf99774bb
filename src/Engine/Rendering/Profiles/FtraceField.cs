using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>A field of an event that a message of Perfetto has too.</summary>
/// <param name="Number">The number of the field in the message.</param>
/// <param name="Kind">Its kind, as <see cref="FtraceMessages.ByName"/> spells it; null character for a number.</param>
/// <param name="Reader">Reads the field of the event.</param>
internal readonly record struct FtraceField(int Number, char Kind, FieldReader Reader);

namespace KernelMagnifier.Recording;

/// <summary>
/// A value of a <see cref="RecordingRequest"/> that cannot be recorded with. A front end names its option or parameter for the
/// property.
/// </summary>
/// <param name="code">The reason.</param>
/// <param name="property">The name of the property.</param>
/// <param name="cause">The cause, as a sentence.</param>
/// <param name="action">The recommended action, as a sentence.</param>
internal sealed class RequestException(ErrorCode code, string property, string cause, string action)
    : KernelMagnifierException(code, null, cause, action)
{
    /// <summary>The name of the property of the request.</summary>
    public string Property { get; } = property;
}

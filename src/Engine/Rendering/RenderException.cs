namespace KernelMagnifier.Rendering;

/// <summary>
/// A picture or report that could not be made. The message is meant for the user as it stands: what, why, and the way out.
/// </summary>
public sealed class RenderException : KernelMagnifierException
{
    /// <summary>Makes the error.</summary>
    public RenderException(string message, Exception? inner = null) : base(ErrorCode.OutputNotWritable, null, message, null, inner) { }
}

namespace KernelMagnifier.Recording;

/// <summary>A recording that could not be made.</summary>
public sealed class RecordingException : KernelMagnifierException
{
    /// <summary>Creates the error.</summary>
    public RecordingException(ErrorCode code, string message, Exception? inner = null)
        : base(code, null, Split(message).Cause, Split(message).Action, inner) { }

    private static (string Cause, string? Action) Split(string message)
        => message.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? (message[..(end + 1)], message[(end + 2)..]) : (message, null);
}

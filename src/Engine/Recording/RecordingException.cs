namespace KernelMagnifier.Recording;

/// <summary>A recording that could not be made. The message names the thing, the cause and the way out, and is meant for the user as it stands.</summary>
public sealed class RecordingException : Exception
{
    /// <summary>Makes the error.</summary>
    public RecordingException(RecordingError code, string message, Exception? inner = null) : base(message, inner) => Code = code;

    /// <summary>Why.</summary>
    public RecordingError Code { get; }

    /// <summary>The way out alone: what the message says after its first sentence, which is the cause. Null when that is all it says.</summary>
    public string? WayOut => Message.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? Message[(end + 2)..] : null;
}

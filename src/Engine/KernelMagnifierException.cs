using KernelMagnifier.Text;

namespace KernelMagnifier;

/// <summary>
/// The one exception of the engine. It names the thing, the cause and the recommended action as separate values.
/// <see cref="Exception.Message"/> joins them, escaped for a terminal: a script prints the message of an error as it is. It names no
/// option of a front end.
/// </summary>
public class KernelMagnifierException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">The reason, for programs.</param>
    /// <param name="target">The thing that the error is about, such as the path of a file; null when there is none.</param>
    /// <param name="cause">The cause, as a sentence that can follow "<paramref name="target"/>: ".</param>
    /// <param name="action">The recommended action, as a sentence; null when there is none.</param>
    /// <param name="inner">The exception that caused this one.</param>
    public KernelMagnifierException(ErrorCode code, string? target, string cause, string? action = null, Exception? inner = null)
        : base(TerminalText.Escape((target is null ? "" : target + ": ") + cause + (action is null ? "" : " " + action)), inner)
        => (Code, Target, Cause, RecommendedAction) = (code, target, cause, action);

    /// <summary>The reason. Stable, for programs.</summary>
    public ErrorCode Code { get; }

    /// <summary>The thing that the error is about, such as the path of a file; null when there is none. Untrusted text.</summary>
    public string? Target { get; }

    /// <summary>The cause, without <see cref="Target"/>. Untrusted text.</summary>
    public string Cause { get; }

    /// <summary>What the user can do about it; null when nothing is known. Untrusted text.</summary>
    public string? RecommendedAction { get; }
}

using System.Buffers;

namespace KernelMagnifier.Recording;

/// <summary>A filter or a trigger, with the events that it is for.</summary>
/// <param name="Event">The events as in <see cref="RecordingRequest.Event"/>; null for all events that are recorded.</param>
/// <param name="Text">The text that the kernel gets.</param>
internal readonly record struct EventText(string? Event, string Text)
{
    /// <summary>The characters that no name of an event or pattern of names has.</summary>
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(" \t=<>!~&|()\"'");

    /// <summary>
    /// Parses <c>system:event: text</c>, <c>system:event=text</c>, or a text for all events. It is not ambiguous: the language of
    /// filters has no colon, and no <c>=</c> that is not doubled.
    /// </summary>
    public static EventText Parse(string typed)
    {
        var text = typed.Trim();
        var end = text.AsSpan().IndexOfAny(NotInNames);
        var name = end < 0 ? text : text[..end];
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var second = colon < 0 ? -1 : name.IndexOf(':', colon + 1);
        if (second > 0) return new EventText(text[..second], text[(second + 1)..].Trim());
        if (colon > 0 && colon == name.Length - 1) return new EventText(name[..^1], text[name.Length..].Trim());
        var rest = text[name.Length..].TrimStart();
        return name.Length > 0 && rest.StartsWith('=') && !rest.StartsWith("==", StringComparison.Ordinal)
            ? new EventText(name, rest[1..].Trim())
            : new EventText(null, text);
    }

    /// <inheritdoc/>
    public override string ToString() => Event is null ? Text : $"{Event}={Text}";
}

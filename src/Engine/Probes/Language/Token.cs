namespace KernelMagnifier.Probes.Language;

/// <summary>A token.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Text">The text; of a text in quotes, its value.</param>
/// <param name="Start">The first byte.</param>
/// <param name="End">The byte after the last.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End)
{
    /// <summary>Whether this is a sign.</summary>
    public bool IsSign(string sign) => Kind == TokenKind.Sign && Text == sign;

    /// <summary>Whether this is a name.</summary>
    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;
}

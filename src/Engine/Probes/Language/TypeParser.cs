namespace KernelMagnifier.Probes.Language;

/// <summary>Parses types of casts, sizes and declarations.</summary>
internal sealed class TypeParser(ProgramLexer lexer)
{
    private const int LongestType = 24;

    /// <summary>
    /// Takes a type if one stands here: qualifiers, <c>struct</c> and a name, or names, then stars and sizes in brackets.
    /// </summary>
    /// <param name="isCertain">Whether it can be nothing but a type.</param>
    /// <returns>The type; null if there is none, and nothing was taken.</returns>
    public string? TryTake(out bool isCertain)
    {
        var start = lexer.Offset;
        var words = new List<string>();
        isCertain = false;
        while (lexer.Peek() is { Kind: TokenKind.Name } word && words.Count < LongestType
            && !IsBuiltinWord(word.Text, words.Count))
        {
            isCertain |= Vocabulary.TypeWords.Contains(word.Text);
            words.Add(lexer.Take().Text);
            if (words is [.., "struct" or "union" or "enum", _]) isCertain = true;
        }
        if (words.Count == 0 || words[^1] is "struct" or "union" or "enum" or "const" or "volatile"
            || (words.Count > 1 && !isCertain))
        {
            lexer.Offset = start;
            return null;
        }
        var stars = 0;
        while (lexer.Peek() is var next && words.Count < LongestType)
            if (next.IsSign("*")) words.Add(Star(ref stars));
            else if (next.IsSign("[") && isCertain) TakeSize(words);
            else break;
        return string.Join(' ', words);
    }

    /// <summary>Takes a type.</summary>
    /// <exception cref="ProgramSyntaxException">There is none.</exception>
    public string Take()
        => TryTake(out _) ?? throw new ProgramSyntaxException(lexer.Peek().Start, "a type is expected");

    private static bool IsBuiltinWord(string word, int before)
        => before == 0 && word is "if" or "sizeof" or "offsetof" or "true" or "false";

    private string Star(ref int stars)
    {
        stars++;
        return lexer.Take().Text;
    }

    private void TakeSize(List<string> words)
    {
        lexer.Take();
        var size = lexer.Peek().Kind is TokenKind.Number or TokenKind.Name ? lexer.Take().Text : "";
        if (!lexer.Peek().IsSign("]")) throw new ProgramSyntaxException(lexer.Peek().Start, "']' is expected");
        lexer.Take();
        words.Add($"[{size}]");
    }
}

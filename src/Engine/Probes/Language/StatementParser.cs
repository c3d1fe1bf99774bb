namespace KernelMagnifier.Probes.Language;

/// <summary>Parses blocks and statements.</summary>
internal sealed class StatementParser(ProgramLexer lexer, ParseDepth depth, TypeParser types, ExpressionParser expressions,
    ProgramTree tree, ProgramText text)
{
    private static readonly HashSet<string> Assignments =
        ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="];

    /// <summary>Parses a block.</summary>
    public ProgramNode Block()
    {
        var open = expressions.Expect("{");
        depth.Enter(open.Start);
        List<ProgramNode> statements = [];
        while (!lexer.Peek().IsSign("}"))
        {
            var statement = Statement();
            statements.Add(statement);
            if (lexer.Peek().IsSign(";")) lexer.Take();
            else if (statement.Kind is not (NodeKind.If or NodeKind.Loop or NodeKind.Block or NodeKind.Import)
                && !lexer.Peek().IsSign("}"))
                throw new ProgramSyntaxException(lexer.Peek().Start,
                    $"{ExpressionParser.Describe(lexer.Peek())} stands where ';' is expected");
        }
        depth.Leave();
        return new ProgramNode(NodeKind.Block, "{", open.Start, lexer.Take().End, statements);
    }

    /// <summary>Parses a condition with its blocks.</summary>
    public ProgramNode If()
    {
        var start = lexer.Take().Start;
        depth.Enter(start);
        List<ProgramNode> parts = [Condition(), Block()];
        if (lexer.Peek().IsName("else"))
        {
            lexer.Take();
            parts.Add(lexer.Peek().IsName("if") ? If() : Block());
        }
        depth.Leave();
        return new ProgramNode(NodeKind.If, "if", start, parts[^1].End, parts);
    }

    /// <summary>A condition in parentheses, or one without them, which a brace ends.</summary>
    private ProgramNode Condition()
        => lexer.Peek().IsSign("{") ? throw new ProgramSyntaxException(lexer.Peek().Start, "a condition is missing")
            : expressions.Expression();

    private ProgramNode Statement()
    {
        var token = lexer.Peek();
        if (token.IsSign("{")) return Block();
        if (token.Kind == TokenKind.Name)
        {
            switch (token.Text)
            {
                case "if": return If();
                case "while" or "unroll": return Loop(lexer.Take());
                case "for": return For(lexer.Take());
                case "let": return Let(lexer.Take());
                case "break" or "continue": return new ProgramNode(NodeKind.Jump, lexer.Take());
                case "return": return Return(lexer.Take());
                case "import" when lexer.PeekSecond().Kind == TokenKind.Text: return Import(lexer.Take());
                case "_" when lexer.PeekSecond().IsSign("="):
                    lexer.Take();
                    lexer.Take();
                    return expressions.Expression();
            }
        }
        var left = expressions.Expression();
        if (lexer.Peek() is not { Kind: TokenKind.Sign } sign || !Assignments.Contains(sign.Text)) return left;
        if (left.Kind is not (NodeKind.Map or NodeKind.Variable))
            throw new ProgramSyntaxException(sign.Start, "only maps and variables can be assigned to");
        lexer.Take();
        var value = expressions.Expression();
        return new ProgramNode(NodeKind.Assign, sign.Text, left.Start, value.End, [left, value]);
    }

    private ProgramNode Loop(Token keyword)
    {
        var condition = Condition();
        var body = Block();
        return new ProgramNode(NodeKind.Loop, keyword.Text, keyword.Start, body.End, [condition, body]);
    }

    private ProgramNode For(Token keyword)
    {
        var hasParenthesis = lexer.Peek().IsSign("(");
        if (hasParenthesis) lexer.Take();
        var variable = lexer.Take();
        if (variable.Kind != TokenKind.Variable)
            throw new ProgramSyntaxException(variable.Start,
                $"{ExpressionParser.Describe(variable)} stands where a variable is expected");
        expressions.Expect(":");
        List<ProgramNode> parts = [new(NodeKind.Variable, variable), expressions.Expression()];
        if (lexer.Peek().IsSign(".."))
        {
            lexer.Take();
            parts.Add(expressions.Expression());
        }
        else if (parts[1].Kind != NodeKind.Map)
            throw new ProgramSyntaxException(parts[1].Start, "a loop goes over a map or a range");
        if (hasParenthesis) expressions.Expect(")");
        parts.Add(Block());
        return new ProgramNode(NodeKind.Loop, keyword.Text, keyword.Start, parts[^1].End, parts);
    }

    private ProgramNode Let(Token keyword)
    {
        var variable = lexer.Take();
        if (variable.Kind != TokenKind.Variable)
            throw new ProgramSyntaxException(variable.Start,
                $"{ExpressionParser.Describe(variable)} stands where a variable is expected");
        List<ProgramNode> parts = [new(NodeKind.Variable, variable)];
        if (lexer.Peek().IsSign(":"))
        {
            lexer.Take();
            types.Take();
        }
        if (lexer.Peek().IsSign("="))
        {
            lexer.Take();
            parts.Add(expressions.Expression());
        }
        return new ProgramNode(NodeKind.Let, "let", keyword.Start, parts[^1].End, parts);
    }

    private ProgramNode Return(Token keyword)
        => lexer.Peek() is { Kind: TokenKind.Sign, Text: ";" or "}" } ? new ProgramNode(NodeKind.Jump, keyword)
            : new ProgramNode(NodeKind.Jump, keyword.Text, keyword.Start, keyword.End, [expressions.Expression()]);

    private ProgramNode Import(Token keyword)
    {
        var path = lexer.Take();
        tree.Imports.Add(new NamedFact(path.Text, text.Position(path.Start)));
        expressions.Expect(";");
        return new ProgramNode(NodeKind.Import, path.Text, keyword.Start, path.End, []);
    }
}

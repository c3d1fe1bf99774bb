namespace KernelMagnifier.Probes.Language;

/// <summary>Parses expressions, as C has them, with maps, variables, tuples, records and blocks.</summary>
internal sealed class ExpressionParser(ProgramLexer lexer, ParseDepth depth, TypeParser types)
{
    private static readonly string[][] Levels =
    [
        ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"],
    ];

    private bool _inPredicate;

    /// <summary>Parses blocks inside of expressions.</summary>
    public StatementParser Statements { get; set; } = null!;

    /// <summary>Parses the expression of a predicate, which the slash before a brace ends.</summary>
    public ProgramNode Predicate()
    {
        _inPredicate = true;
        var node = Expression();
        _inPredicate = false;
        return node;
    }

    /// <summary>Parses an expression.</summary>
    public ProgramNode Expression()
    {
        depth.Enter(lexer.Peek().Start);
        var node = Operation(0);
        if (lexer.Peek().IsSign("?"))
        {
            lexer.Take();
            var first = lexer.Peek().IsSign(":") ? node : Expression();
            Expect(":");
            var second = Expression();
            node = new ProgramNode(NodeKind.Choice, "?", node.Start, second.End, [node, first, second]);
        }
        depth.Leave();
        return node;
    }

    /// <summary>Takes a sign.</summary>
    /// <exception cref="ProgramSyntaxException">Something else stands here.</exception>
    public Token Expect(string sign)
        => lexer.Peek().IsSign(sign) ? lexer.Take()
            : throw new ProgramSyntaxException(lexer.Peek().Start, $"{Describe(lexer.Peek())} stands where '{sign}' is expected");

    /// <summary>A token in a message.</summary>
    public static string Describe(Token token)
        => token.Kind == TokenKind.End ? "the end of the program" : token.Kind == TokenKind.Text ? "a text" : $"'{token.Text}'";

    private ProgramNode Operation(int level)
    {
        if (level == Levels.Length) return Unary();
        var first = Operation(level + 1);
        List<ProgramNode>? operands = null;
        var sign = "";
        while (lexer.Peek() is { Kind: TokenKind.Sign } next && Levels[level].Contains(next.Text) && !EndsPredicate(next))
        {
            if (operands is null) (operands, sign) = ([first], next.Text);
            lexer.Take();
            operands.Add(Operation(level + 1));
        }
        return operands is null ? first : new ProgramNode(NodeKind.Operation, sign, first.Start, operands[^1].End, operands);
    }

    private bool EndsPredicate(Token sign) => _inPredicate && sign.Text == "/" && lexer.PeekSecond().IsSign("{");

    private ProgramNode Unary()
    {
        var token = lexer.Peek();
        if (token.Kind != TokenKind.Sign || token.Text is not ("++" or "--" or "&" or "*" or "!" or "~" or "-" or "+"))
            return Postfix(Primary());
        depth.Enter(token.Start);
        lexer.Take();
        var operand = Unary();
        depth.Leave();
        var isStep = token.Text is "++" or "--";
        if (isStep) RequireTarget(operand, token);
        return new ProgramNode(isStep ? NodeKind.Step : NodeKind.Unary, token.Text, token.Start, operand.End, [operand]);
    }

    private static void RequireTarget(ProgramNode node, Token sign)
    {
        if (node.Kind is not (NodeKind.Map or NodeKind.Variable))
            throw new ProgramSyntaxException(sign.Start, $"'{sign.Text}' needs a map or a variable");
    }

    private ProgramNode Postfix(ProgramNode node)
    {
        for (var length = 0; ; length++)
        {
            var token = lexer.Peek();
            if (token.Kind != TokenKind.Sign) return node;
            if (length > ProgramLimits.Chain) throw new ProgramSyntaxException(token.Start, "the expression is too long");
            switch (token.Text)
            {
                case "." or "->":
                    lexer.Take();
                    node = Field(node, token.Text);
                    break;
                case "[":
                    lexer.Take();
                    var index = List("]", out var close);
                    if (index.Count == 0) throw new ProgramSyntaxException(close.Start, "an index is missing");
                    node = new ProgramNode(NodeKind.Index, "[", node.Start, close.End, [node, .. index]);
                    break;
                case "++" or "--":
                    RequireTarget(node, token);
                    lexer.Take();
                    node = new ProgramNode(NodeKind.Step, token.Text, node.Start, token.End, [node]);
                    break;
                default: return node;
            }
        }
    }

    private ProgramNode Field(ProgramNode of, string sign)
    {
        var name = lexer.Take();
        if (name.Kind != TokenKind.Name && !(name.Kind == TokenKind.Number && sign == "."))
            throw new ProgramSyntaxException(name.Start, $"{Describe(name)} stands where the name of a field is expected");
        return new ProgramNode(NodeKind.Field, name.Text, of.Start, name.End, [of]);
    }

    private ProgramNode Primary()
    {
        var token = lexer.Peek();
        if (token.IsSign("(")) return Parenthesis();
        if (token.IsSign("{")) return Statements.Block();
        if (token.Kind == TokenKind.Name) return Named(token);
        NodeKind? kind = token.Kind switch
        {
            TokenKind.Number or TokenKind.ParameterCount => NodeKind.Number,
            TokenKind.Text => NodeKind.Text,
            TokenKind.Variable => NodeKind.Variable,
            TokenKind.Parameter => NodeKind.Parameter,
            TokenKind.Map => NodeKind.Map,
            _ => null,
        };
        if (kind is null)
            throw new ProgramSyntaxException(token.Start, $"{Describe(token)} stands where an expression is expected");
        lexer.Take();
        if (kind != NodeKind.Map || !lexer.Peek().IsSign("[")) return new ProgramNode(kind.Value, token);
        lexer.Take();
        var key = List("]", out var close);
        if (key.Count == 0) throw new ProgramSyntaxException(close.Start, "the key of the map is empty");
        return new ProgramNode(NodeKind.Map, token.Text, token.Start, close.End, key);
    }

    private ProgramNode Named(Token name)
    {
        if (name.Text == "if") return Statements.If();
        if (Vocabulary.Keywords.Contains(name.Text))
            throw new ProgramSyntaxException(name.Start, $"'{name.Text}' stands where an expression is expected");
        lexer.Take();
        if (name.Text is "true" or "false") return new ProgramNode(NodeKind.Number, name);
        if (name.Text == "comptime")
        {
            depth.Enter(name.Start);
            var value = Unary();
            depth.Leave();
            return value;
        }
        if (!lexer.Peek().IsSign("(")) return new ProgramNode(NodeKind.Name, name);
        lexer.Take();
        if (name.Text is "sizeof" or "offsetof" or "typeof" or "typeinfo" or "container_of") return Static(name);
        var arguments = List(")", out var close);
        return new ProgramNode(NodeKind.Call, name.Text, name.Start, close.End, arguments);
    }

    /// <summary>An operator on a type or an expression, of which nothing is read when the program runs.</summary>
    private ProgramNode Static(Token name)
    {
        List<ProgramNode> parts = [];
        while (true)
        {
            var start = lexer.Offset;
            if (types.TryTake(out _) is null || lexer.Peek() is not { Kind: TokenKind.Sign, Text: ")" or "," })
            {
                lexer.Offset = start;
                parts.Add(Expression());
            }
            if (!lexer.Peek().IsSign(",")) break;
            lexer.Take();
        }
        var isReading = name.Text == "container_of";
        return new ProgramNode(NodeKind.Static, name.Text, name.Start, Expect(")").End, isReading ? parts : []);
    }

    private ProgramNode Parenthesis()
    {
        var open = lexer.Take();
        var wasPredicate = _inPredicate;
        _inPredicate = false;
        var node = InParenthesis(open);
        _inPredicate = wasPredicate;
        return node;
    }

    private ProgramNode InParenthesis(Token open)
    {
        if (lexer.Peek() is { Kind: TokenKind.Name } && lexer.PeekSecond().IsSign("=")) return Record(open);
        if (TryCast(open) is { } cast) return cast;
        var values = List(")", out var close, out var endsWithComma);
        return values.Count == 1 && !endsWithComma ? values[0] with { Start = open.Start, End = close.End }
            : new ProgramNode(NodeKind.Tuple, "(", open.Start, close.End, values);
    }

    private ProgramNode Record(Token open)
    {
        List<ProgramNode> values = [];
        var names = new HashSet<string>();
        do
        {
            if (values.Count > 0) lexer.Take();
            var name = lexer.Take();
            if (name.Kind != TokenKind.Name || !names.Add(name.Text))
                throw new ProgramSyntaxException(name.Start, $"{Describe(name)} stands where a new name is expected");
            Expect("=");
            values.Add(Expression());
        }
        while (lexer.Peek().IsSign(","));
        return new ProgramNode(NodeKind.Tuple, "(", open.Start, Expect(")").End, values);
    }

    private ProgramNode? TryCast(Token open)
    {
        var start = lexer.Offset;
        if (types.TryTake(out var isCertain) is { } type && lexer.Peek().IsSign(")"))
        {
            lexer.Take();
            var next = lexer.Peek();
            var isPointer = type.EndsWith('*');
            if (next.Kind is not (TokenKind.End or TokenKind.Sign) || next is { Kind: TokenKind.Sign, Text: "(" or "!" or "~" }
                || ((isCertain || isPointer) && next is { Kind: TokenKind.Sign, Text: "-" or "*" or "&" or "+" }))
            {
                depth.Enter(open.Start);
                var value = Unary();
                depth.Leave();
                return new ProgramNode(NodeKind.Cast, type, open.Start, value.End, [value]);
            }
        }
        lexer.Offset = start;
        return null;
    }

    private List<ProgramNode> List(string end, out Token close) => List(end, out close, out _);

    private List<ProgramNode> List(string end, out Token close, out bool endsWithComma)
    {
        var wasPredicate = _inPredicate;
        (_inPredicate, endsWithComma) = (false, false);
        List<ProgramNode> values = [];
        while (!lexer.Peek().IsSign(end))
        {
            values.Add(Expression());
            endsWithComma = lexer.Peek().IsSign(",");
            if (!endsWithComma) break;
            lexer.Take();
        }
        // Only a tuple of one value ends with a comma.
        if (endsWithComma && (end != ")" || values.Count == 0)) Expect(end == "]" ? "a value" : end);
        _inPredicate = wasPredicate;
        close = Expect(end);
        return values;
    }
}

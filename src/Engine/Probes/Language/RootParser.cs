namespace KernelMagnifier.Probes.Language;

/// <summary>Parses a whole program: its preprocessor lines, definitions and probes.</summary>
internal sealed class RootParser
{
    private readonly ProgramText _text;
    private readonly ProgramTree _tree;
    private readonly ProgramLexer _lexer;
    private readonly TypeParser _types;
    private readonly ExpressionParser _expressions;
    private readonly StatementParser _statements;
    private readonly AttachPointReader _attachPoints;

    /// <summary>Prepares to parse a text into a tree.</summary>
    public RootParser(ProgramText text, ProgramTree tree)
    {
        var depth = new ParseDepth();
        (_text, _tree, _lexer) = (text, tree, new ProgramLexer(text));
        _types = new TypeParser(_lexer);
        _expressions = new ExpressionParser(_lexer, depth, _types);
        _statements = new StatementParser(_lexer, depth, _types, _expressions, tree, text);
        _expressions.Statements = _statements;
        _attachPoints = new AttachPointReader(text, _lexer);
    }

    /// <summary>Parses the program.</summary>
    /// <exception cref="ProgramSyntaxException">It breaks the grammar.</exception>
    public void Parse()
    {
        if (_text.Source.StartsWith("#!", StringComparison.Ordinal)) _lexer.Offset = EndOfLine(0);
        while (true)
        {
            var at = _lexer.SkipLayout(_lexer.Offset);
            _lexer.Offset = at;
            if (at >= _text.Source.Length) return;
            if (_text[at] == '#') Preprocessor(at);
            else if (!ProgramLexer.BeginsName(_text[at])) Probe();
            else if (!Definition(_lexer.Peek())) Probe();
        }
    }

    private int EndOfLine(int at)
    {
        var end = _text.Source.IndexOf('\n', at);
        return end < 0 ? _text.Source.Length : end;
    }

    private void Preprocessor(int at)
    {
        var end = EndOfLine(at);
        while (end > at && end < _text.Source.Length && _text[end - 1] == '\\') end = EndOfLine(end + 1);
        var line = _text.Source[(at + 1)..end].Trim();
        var word = line.Split(' ', '\t', '<', '"')[0];
        if (word == "include")
        {
            var name = line["include".Length..].Trim();
            var close = name.Length > 1 ? name.IndexOf(name[0] == '<' ? '>' : '"', 1) : -1;
            _tree.Includes.Add(new NamedFact(ProgramText.Decode(close > 0 ? name[..(close + 1)] : name), _text.Position(at)));
        }
        else if (word == "define") Define(at, end);
        else if (word is not ("ifdef" or "ifndef" or "if" or "else" or "elif" or "endif" or "undef" or "pragma" or "error" or "warning"))
            Unknown(at, $"the line '#{ProgramText.Decode(word)}' is not known");
        _lexer.Offset = end;
    }

    /// <summary>The name of a definition stands for its value wherever it is used, so the value is parsed like the
    /// rest.</summary>
    private void Define(int at, int end)
    {
        _lexer.Offset = _text.Source.IndexOf("define", at, StringComparison.Ordinal) + "define".Length;
        try
        {
            var name = _lexer.Take();
            if (name.Kind != TokenKind.Name || name.End > end)
                throw new ProgramSyntaxException(at, "the name of the definition is missing");
            _tree.Constants.Add(name.Text);
            if (_lexer.SkipLayout(name.End) >= end) return;
            if (_text[name.End] == '(') throw new ProgramSyntaxException(at, $"the definition of '{name.Text}' has arguments");
            var value = _expressions.Expression();
            if (_lexer.Offset > end || _lexer.SkipLayout(_lexer.Offset) < end)
                throw new ProgramSyntaxException(at, $"the definition of '{name.Text}' is not an expression");
            _tree.Definitions[name.Text] = value;
        }
        catch (ProgramSyntaxException error)
        {
            Unknown(at, error.Message);
        }
    }

    private bool Definition(Token word)
    {
        var second = _lexer.PeekSecond();
        switch (word.Text)
        {
            case "config" when second.IsSign("="): Config(); return true;
            case "import" when second.Kind == TokenKind.Text: Import(); return true;
            case "macro" when second.Kind == TokenKind.Name: Macro(); return true;
            case "fn" or "subprog" when second.Kind == TokenKind.Name: Function(); return true;
            case "let" when second.Kind == TokenKind.Map: DeclaredMap(); return true;
            case "struct" or "union" or "enum": Structure(word); return true;
            default: return false;
        }
    }

    private void Config()
    {
        _lexer.Take();
        _expressions.Expect("=");
        _expressions.Expect("{");
        while (!_lexer.Peek().IsSign("}"))
        {
            var key = _lexer.Take();
            if (key.Kind != TokenKind.Name) throw new ProgramSyntaxException(key.Start, "the name of a setting is expected");
            _expressions.Expect("=");
            var value = _lexer.Take();
            if (value.Kind is not (TokenKind.Name or TokenKind.Number or TokenKind.Text))
                throw new ProgramSyntaxException(value.Start, "the value of a setting is expected");
            _tree.Settings.Add(new NamedFact(key.Text, _text.Position(key.Start), value.Text));
            if (!_lexer.Peek().IsSign("}")) _expressions.Expect(";");
        }
        _lexer.Take();
    }

    private void Import()
    {
        _lexer.Take();
        var path = _lexer.Take();
        _tree.Imports.Add(new NamedFact(path.Text, _text.Position(path.Start)));
        _expressions.Expect(";");
    }

    private void Macro()
    {
        _lexer.Take();
        var name = _lexer.Take();
        _expressions.Expect("(");
        List<string> arguments = [];
        while (!_lexer.Peek().IsSign(")"))
        {
            var argument = _lexer.Take();
            if (argument.Kind is not (TokenKind.Name or TokenKind.Variable or TokenKind.Map))
                throw new ProgramSyntaxException(argument.Start, "an argument of the macro is expected");
            _tree.MacroArguments.Add(argument.Text);
            arguments.Add(argument.Text);
            if (!_lexer.Peek().IsSign(")")) _expressions.Expect(",");
        }
        _lexer.Take();
        Define(name.Text, arguments, _statements.Block());
    }

    private void Function()
    {
        _lexer.Take();
        var name = _lexer.Take();
        _expressions.Expect("(");
        List<string> arguments = [];
        while (!_lexer.Peek().IsSign(")"))
        {
            var argument = _lexer.Take();
            if (argument.Kind != TokenKind.Variable) throw new ProgramSyntaxException(argument.Start, "an argument is expected");
            arguments.Add(argument.Text);
            _expressions.Expect(":");
            _types.Take();
            if (!_lexer.Peek().IsSign(")")) _expressions.Expect(",");
        }
        _lexer.Take();
        _expressions.Expect(":");
        _types.Take();
        Define(name.Text, arguments, _statements.Block());
    }

    /// <summary>Macros of one name differ in their arguments; all of them count.</summary>
    private void Define(string name, List<string> arguments, ProgramNode body)
    {
        if (!_tree.Arguments.TryGetValue(name, out var lists)) _tree.Arguments[name] = lists = [];
        lists.Add(arguments);
        _tree.Definitions[name] = _tree.Definitions.TryGetValue(name, out var other)
            ? new ProgramNode(NodeKind.Tuple, name, other.Start, body.End,
                [.. other.Text == name ? other.Children : [other], body]) : body;
    }

    private void DeclaredMap()
    {
        _lexer.Take();
        var map = _lexer.Take();
        _expressions.Expect("=");
        var type = _lexer.Take();
        if (type.Kind != TokenKind.Name) throw new ProgramSyntaxException(type.Start, "the type of the map is expected");
        _expressions.Expect("(");
        var size = _lexer.Take();
        if (size.Kind != TokenKind.Number) throw new ProgramSyntaxException(size.Start, "the size of the map is expected");
        _expressions.Expect(")");
        if (_lexer.Peek().IsSign(";")) _lexer.Take();
        if (!Vocabulary.MapTypes.Contains(type.Text)) Unknown(type.Start, $"the type of map '{type.Text}' is not known");
        _tree.DeclaredMaps.Add(new NamedFact(map.Text, _text.Position(map.Start), $"{type.Text}({size.Text})"));
    }

    /// <summary>Skips a definition of C, of which only the values of an enumeration can be used by name.</summary>
    private void Structure(Token keyword)
    {
        var open = keyword.End;
        _lexer.Take();
        if (_lexer.Peek().Kind == TokenKind.Name) _tree.Structures.Add(_lexer.Peek().Text);
        while (_text[open] is not ('{' or ';' or '\0')) open++;
        if (_text[open] != '{')
        {
            if (_text[open] == '\0') throw new ProgramSyntaxException(keyword.Start, $"the {keyword.Text} has no body");
            _lexer.Offset = open + 1;
            return;
        }
        var end = Balanced(open, "the braces of the definition do not end");
        if (keyword.Text == "enum")
            foreach (var value in _text.Source[(open + 1)..(end - 1)].Split(','))
                _tree.Constants.Add(value.Split('=')[0].Trim());
        _lexer.Offset = end;
        while (_lexer.Peek().IsName("__attribute__"))
        {
            _lexer.Take();
            _lexer.Offset = Balanced(_expressions.Expect("(").Start, "the attribute does not end");
        }
        if (_lexer.Peek().IsSign(";")) _lexer.Take();
    }

    private int Balanced(int open, string message)
    {
        var nesting = 0;
        for (var at = open; at < _text.Source.Length; at++)
        {
            at = _text[at] == '/' ? _lexer.SkipLayout(at) : at;
            if (_text[at] is '{' or '(') nesting++;
            else if (_text[at] is '}' or ')' && --nesting == 0) return at + 1;
        }
        throw new ProgramSyntaxException(open, message);
    }

    private void Probe()
    {
        var start = _lexer.Offset;
        List<AttachPoint> points = [];
        while (_attachPoints.Read() is { } point)
        {
            points.Add(point);
            if (!_lexer.Peek().IsSign(",")) break;
            _lexer.Take();
        }
        if (points.Count == 0) throw new ProgramSyntaxException(start, $"{Here(start)} stands where an attach point is expected");
        if (points is [{ Parts.Count: 0, Type: null } word]
            && !(_lexer.Peek().Kind == TokenKind.Sign && _lexer.Peek().Text is "{" or "/"))
        {
            Unknown(start, $"'{word.Text}' is not known here");
            Skip();
            return;
        }
        foreach (var point in points) Check(point);
        ProgramNode? predicate = null;
        if (_lexer.Peek().IsSign("/"))
        {
            _lexer.Take();
            predicate = _expressions.Predicate();
            _expressions.Expect("/");
        }
        _tree.Probes.Add(new ProgramProbe(points, predicate, _statements.Block(), _text.Position(start)));
    }

    private string Here(int at)
        => at >= _text.Source.Length ? "the end of the program" : $"'{ProgramText.Decode(_text.Source[at..(at + 1)])}'";

    private void Check(AttachPoint point)
    {
        if (point.Type is not null) return;
        var name = point.Text.Split(':')[0];
        Add(new ProgramIssue(IssueKind.UnknownProbeType, $"The type of probe '{name}' is not known.", point.Position));
    }

    private void Skip()
    {
        for (var (at, nesting) = (_lexer.Offset, 0); at < _text.Source.Length; at++)
        {
            at = _text[at] == '/' ? _lexer.SkipLayout(at) : at;
            if (_text[at] == '{') nesting++;
            if ((_text[at] == ';' && nesting == 0) || (_text[at] == '}' && --nesting <= 0))
            {
                _lexer.Offset = at + 1;
                return;
            }
        }
        _lexer.Offset = _text.Source.Length;
    }

    private void Unknown(int at, string message)
        => Add(new ProgramIssue(IssueKind.UnknownSyntax, $"{char.ToUpperInvariant(message[0])}{message[1..]}.",
            _text.Position(at)));

    private void Add(ProgramIssue issue)
    {
        if (_tree.Issues.Count < ProgramLimits.Issues) _tree.Issues.Add(issue);
    }
}

using System.Globalization;

namespace KernelMagnifier.Probes.Language;

/// <summary>Walks the tree of a program and notes what it uses.</summary>
internal sealed class FactCollector(ProgramFacts facts)
{
    /// <summary>Definitions are walked where they are used, so that a small program could cost much without this bound.</summary>
    private const int MostSteps = 2_000_000;

    private readonly HashSet<(string, string, bool, bool, bool)> _defined = [];
    private readonly HashSet<(string, int)> _reported = [];
    private ProgramProbe _probe = null!;
    private int _depth;
    private int _steps;
    private bool _isGuarded, _isCompared, _isValue;

    // The maps that the arguments of the macro at hand stand for.
    private Dictionary<string, string> _arguments = [];

    /// <summary>Walks all probes.</summary>
    public void Collect()
    {
        foreach (var map in facts.Tree.DeclaredMaps) Map(map.Name, map.Position).Declaration = map.Value;
        foreach (var probe in facts.Probes)
        {
            _probe = probe;
            _defined.Clear();
            AttachParameters(probe);
            if (probe.Predicate is { } predicate) Compared(predicate);
            _isGuarded = probe.Predicate is not null && !IsConstant(probe.Predicate, 0);
            Walk(probe.Body);
            _isGuarded = false;
        }
        facts.Tree.Issues.Sort((a, b) => (a.Position.Line, a.Position.Column).CompareTo((b.Position.Line, b.Position.Column)));
    }

    private void AttachParameters(ProgramProbe probe)
    {
        foreach (var point in probe.AttachPoints)
            foreach (var parameter in point.Parameters.Where(parameter => parameter != "$#"))
                if (facts.Parameters.Count < ProgramLimits.Facts)
                    facts.Parameters.Add(new ProgramUse(parameter, new ProgramNode(NodeKind.Parameter, parameter, 0, 0, []), probe,
                        point.Position));
    }

    /// <summary>Whether a condition is the same for all events, so that it guards nothing.</summary>
    private bool IsConstant(ProgramNode node, int depth) => depth < ProgramLimits.Depth && node.Kind switch
    {
        NodeKind.Number or NodeKind.Text or NodeKind.Static or NodeKind.Parameter => true,
        NodeKind.Name => facts.Tree.Definitions.TryGetValue(node.Text, out var body) ? IsConstant(body, depth + 1)
            : facts.Tree.Constants.Contains(node.Text),
        NodeKind.Operation or NodeKind.Unary or NodeKind.Cast or NodeKind.Tuple or NodeKind.Choice
            => node.Children.All(child => IsConstant(child, depth + 1)),
        _ => false,
    };

    /// <summary>Walks what is stored or printed, also inside of a condition.</summary>
    private void Stored(ProgramNode node)
    {
        var was = (_isCompared, _isValue);
        (_isCompared, _isValue) = (false, true);
        Walk(node);
        (_isCompared, _isValue) = was;
    }

    private void Compared(ProgramNode node)
    {
        var was = _isCompared;
        _isCompared = true;
        Walk(node);
        _isCompared = was;
    }

    private void Guarded(ProgramNode node)
    {
        var was = _isGuarded;
        _isGuarded = true;
        Walk(node);
        _isGuarded = was;
    }

    private void WalkAll(IReadOnlyList<ProgramNode> nodes)
    {
        foreach (var node in nodes) Walk(node);
    }

    private void Walk(ProgramNode node)
    {
        if (++_steps > MostSteps || _depth > 8 * ProgramLimits.Depth)
        {
            Issue(IssueKind.Syntax, "", node, "The program is too large to be walked.");
            return;
        }
        _depth++;
        var wasValue = _isValue;
        if (node.Kind is not (NodeKind.Block or NodeKind.If or NodeKind.Choice or NodeKind.Name or NodeKind.Call)) _isValue = true;
        switch (node.Kind)
        {
            case NodeKind.Name: Name(node); break;
            case NodeKind.Call: Call(node); break;
            case NodeKind.Map: Read(node); break;
            case NodeKind.Parameter: Note(facts.Parameters, node); break;
            case NodeKind.Field: Field(node); break;
            case NodeKind.Assign: Assign(node); break;
            case NodeKind.Step: Step(node); break;
            case NodeKind.Let: Let(node); break;
            case NodeKind.If or NodeKind.Choice: Branch(node); break;
            case NodeKind.Loop: Loop(node); break;
            case NodeKind.Block: Block(node); break;
            case NodeKind.Unary when node.Text == "*":
                Note(facts.Reads, node);
                Note(facts.Accesses, node);
                WalkAll(node.Children);
                break;
            case NodeKind.Index:
                Note(facts.Accesses, node);
                WalkAll(node.Children);
                break;
            default: WalkAll(node.Children); break;
        }
        _isValue = wasValue;
        _depth--;
    }

    private void Note(List<ProgramUse> list, ProgramNode node, string? name = null)
    {
        if (list.Count < ProgramLimits.Facts)
            list.Add(new ProgramUse(name ?? node.Text, node, _probe, facts.Text.Position(node.Start)) { IsCompared = _isCompared,
                IsGuarded = _isGuarded });
    }

    private void Issue(IssueKind kind, string name, ProgramNode node, string message)
    {
        if (facts.Tree.Issues.Count < ProgramLimits.Issues && _reported.Add((name, node.Start)))
            facts.Tree.Issues.Add(new ProgramIssue(kind, message,
                facts.Text.Position(Math.Min(node.Start, facts.Text.Source.Length))));
    }

    private bool Define(string name)
    {
        if (!facts.Tree.Definitions.TryGetValue(name, out var body)) return false;
        var maps = string.Join(' ', _arguments.Select(pair => $"{pair.Key}={pair.Value}"));
        if (_defined.Add((name, maps, _isCompared, _isGuarded, _isValue))) Walk(body);
        return true;
    }

    /// <summary>The statements of a block; the last is its value.</summary>
    private void Block(ProgramNode node)
    {
        var isValue = _isValue;
        for (var at = 0; at < node.Children.Count; at++)
        {
            _isValue = isValue && at == node.Children.Count - 1;
            Walk(node.Children[at]);
        }
    }

    /// <summary>Walks a macro or function with its arguments in the place of its parameters.</summary>
    private void Expand(ProgramNode call)
    {
        var before = _arguments;
        _arguments = [];
        foreach (var parameters in facts.Tree.Arguments.GetValueOrDefault(call.Text) ?? [])
            for (var at = 0; at < Math.Min(parameters.Count, call.Children.Count); at++)
                if (parameters[at][0] != '@') Set(parameters[at], call.Children[at]);
                else if (call.Children[at].Kind == NodeKind.Map)
                    _arguments[parameters[at]] = before.GetValueOrDefault(call.Children[at].Text, call.Children[at].Text);
        Define(call.Text);
        _arguments = before;
    }

    private void Name(ProgramNode node)
    {
        if (Define(node.Text) || facts.Tree.MacroArguments.Contains(node.Text) || facts.Tree.Constants.Contains(node.Text))
            return;
        if (IsBuiltin(node.Text))
        {
            Note(facts.Builtins, node);
            return;
        }
        // The constants of headers are not known here; that there are headers is a finding of its own.
        if (facts.Tree.Includes.Count > 0 && node.Text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_'))
            return;
        Issue(IssueKind.UnknownName, node.Text, node, $"'{node.Text}' is not known.");
    }

    private static bool IsBuiltin(string name)
        => Vocabulary.Builtins.Contains(name) || name.StartsWith("__builtin_", StringComparison.Ordinal);

    private void Call(ProgramNode node)
    {
        if (facts.Tree.Definitions.ContainsKey(node.Text)) Expand(node);
        else if (!Vocabulary.Functions.ContainsKey(node.Text))
            Issue(IssueKind.UnknownFunction, node.Text, node, $"The function '{node.Text}' is not known.");
        var was = (_isCompared, _isValue);
        var traits = Vocabulary.Functions.GetValueOrDefault(node.Text);
        // What is printed or counted inside of a condition goes somewhere.
        _isCompared &= (traits & (FunctionTraits.Output | FunctionTraits.Aggregate | FunctionTraits.Writes)) == 0;
        _isValue = true;
        Note(facts.Calls, node);
        if (IsBuiltin(node.Text)) Note(facts.Builtins, node);
        if (node.Text is "str" or "kstr" && node.Children is [var text, ..]) TextParameters(text);
        if (node.Text is "delete" or "clear" or "zero" && node.Children is [{ Kind: NodeKind.Map } map, ..])
            Remove(node.Text, map, node);
        Vocabulary.Modes.TryGetValue(node.Text, out var modes);
        foreach (var argument in node.Children)
            if (argument.Kind != NodeKind.Name || modes?.Contains(argument.Text) != true)
                Walk(argument);
        (_isCompared, _isValue) = was;
    }

    private void TextParameters(ProgramNode text)
    {
        var node = text.Kind is NodeKind.Operation or NodeKind.Cast ? text.Children[0] : text;
        if (node.Kind == NodeKind.Parameter)
            facts.TextParameters.Add(int.Parse(node.Text.AsSpan(1), CultureInfo.InvariantCulture));
    }

    private void Remove(string function, ProgramNode node, ProgramNode call)
    {
        var map = Map(node);
        if (call.Children.Count > 1 && function == "delete") map.HasKey = true;
        var isAtEnd = _probe.AttachPoints.All(point => point.IsSpecial);
        if (isAtEnd) map.IsClearedAtEnd |= function is "clear" or "delete";
        else if (function == "delete") map.IsDeleted = true;
        else if (function == "clear") map.IsCleared = true;
    }

    private ProgramMap Map(ProgramNode node) => Map(node.Text, facts.Text.Position(node.Start));

    private ProgramMap Map(string name, ProgramPosition position)
    {
        name = _arguments.GetValueOrDefault(name, name);
        if (!facts.Maps.TryGetValue(name, out var map)) facts.Maps[name] = map = new ProgramMap(name, position);
        return map;
    }

    private void Read(ProgramNode node)
    {
        var map = Map(node);
        map.HasKey |= node.Children.Count > 0;
        WalkAll(node.Children);
    }

    private void Step(ProgramNode node)
    {
        var target = node.Children[0];
        if (target.Kind != NodeKind.Map) return;
        Write(target, "value");
    }

    private void Write(ProgramNode target, string kind)
    {
        var map = Map(target);
        map.Kinds.Add(kind);
        if (target.Children.Count > 0)
        {
            map.HasKey = true;
            if (map.Keys.Count < ProgramLimits.Facts) map.Keys.Add(target.Children);
        }
        foreach (var part in target.Children) Stored(part);
    }

    private void Assign(ProgramNode node)
    {
        var (target, value) = (node.Children[0], node.Children[1]);
        if (target.Kind == NodeKind.Map)
        {
            var aggregate = value.Kind == NodeKind.Call
                && Vocabulary.Functions.GetValueOrDefault(value.Text) == FunctionTraits.Aggregate;
            Write(target, aggregate ? value.Text : "value");
            if (!aggregate) Map(target).Values.Add(value);
        }
        else Set(target.Text, value);
        Stored(value);
    }

    private void Set(string variable, ProgramNode value)
    {
        if (!facts.Variables.TryGetValue(variable, out var values)) facts.Variables[variable] = values = [];
        if (values.Count < ProgramLimits.Facts) values.Add(value);
    }

    private void Let(ProgramNode node)
    {
        if (node.Children is not [var variable, var value]) return;
        Set(variable.Text, value);
        Stored(value);
    }

    private void Branch(ProgramNode node)
    {
        // A condition tells its outcome to whoever gets the value that it chooses.
        if (_isValue) Walk(node.Children[0]);
        else Compared(node.Children[0]);
        var isConstant = IsConstant(node.Children[0], 0);
        for (var part = 1; part < node.Children.Count; part++)
            if (ReferenceEquals(node.Children[part], node.Children[0])) continue;
            else if (isConstant) Walk(node.Children[part]);
            else Guarded(node.Children[part]);
    }

    private void Loop(ProgramNode node)
    {
        Note(facts.Loops, node);
        for (var part = 0; part < node.Children.Count - 1; part++) Compared(node.Children[part]);
        if (node is { Text: "for", Children: [var variable, var map, _] }) Set(variable.Text, map);
        _isValue = false;
        Walk(node.Children[^1]);
    }

    private void Field(ProgramNode node)
    {
        var of = node.Children[0];
        if (of is { Kind: NodeKind.Name, Text: "args" }) Note(facts.Fields, node);
        else if (of.Kind is NodeKind.Cast || (of.Kind == NodeKind.Name && IsBuiltin(of.Text))) Note(facts.Reads, node);
        if (of is not { Kind: NodeKind.Name, Text: "args" } && !char.IsAsciiDigit(node.Text[0])) Note(facts.Accesses, node);
        Walk(of);
    }
}

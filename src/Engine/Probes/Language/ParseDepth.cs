namespace KernelMagnifier.Probes.Language;

/// <summary>Counts how deep the parser is, so that no program exhausts the stack.</summary>
internal sealed class ParseDepth
{
    private int _depth;

    /// <summary>Enters one level.</summary>
    /// <exception cref="ProgramSyntaxException">The program is nested too deeply.</exception>
    public void Enter(int at)
    {
        if (++_depth > ProgramLimits.Depth) throw new ProgramSyntaxException(at, "the program is nested too deeply");
    }

    /// <summary>Leaves one level.</summary>
    public void Leave() => _depth--;
}

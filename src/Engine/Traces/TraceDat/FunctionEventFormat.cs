namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The format of a function tracer's event. Fields that the event does not have are <see cref="FieldFormat.None"/>.
/// </summary>
/// <param name="Id">The event id (<c>common_type</c>).</param>
/// <param name="Function">The address of the function that was entered or left (<c>ip</c>, <c>func</c>).</param>
/// <param name="Caller">The address of the caller (<c>parent_ip</c>, <c>retaddr</c>).</param>
/// <param name="Depth">The nesting depth.</param>
/// <param name="CallTime">Exits: the time of the entry.</param>
/// <param name="ReturnTime">Exits: the time of the return.</param>
internal sealed record FunctionEventFormat(
    int Id, FieldFormat Function, FieldFormat Caller, FieldFormat Depth, FieldFormat CallTime, FieldFormat ReturnTime)
{
    /// <summary>The length in bytes of the shortest record that has all these fields.</summary>
    public int Length { get; } = new[] { Function, Caller, Depth, CallTime, ReturnTime }.Max(f => f.Exists ? f.End : 0);
}

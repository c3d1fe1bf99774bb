namespace KernelMagnifier.Traces.TextEvents;

/// <summary>What the lines that start no event belong to.</summary>
internal enum TextEventTarget : byte
{
    /// <summary>The last event of the blocks before: no line of the block has started anything yet.</summary>
    Before,

    /// <summary>Nothing: a call, or an event that the sink does not want.</summary>
    Nothing,

    /// <summary>The message of an event.</summary>
    Message,

    /// <summary>The stack of an event.</summary>
    Stack,
}

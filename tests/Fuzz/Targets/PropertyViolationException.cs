namespace KernelMagnifier.Fuzzing;

/// <summary>An input for which a reader violates a property that holds for all inputs.</summary>
internal sealed class PropertyViolationException(string message) : Exception(message);

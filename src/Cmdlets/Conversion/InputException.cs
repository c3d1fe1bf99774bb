namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>A property of an input object has a value that it cannot have, or is missing.</summary>
/// <param name="property">The property.</param>
/// <param name="value">The value; null if the property is missing.</param>
/// <param name="expected">What is expected: the value, or the object that has the property.</param>
internal sealed class InputException(string property, object? value, string expected) : Exception
{
    /// <summary>The property.</summary>
    public string Property { get; } = property;

    /// <summary>The value; null if the property is missing.</summary>
    public object? Value { get; } = value;

    /// <summary>What is expected.</summary>
    public string Expected { get; } = expected;
}

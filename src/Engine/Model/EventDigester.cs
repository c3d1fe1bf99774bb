namespace KernelMagnifier.Model;

/// <summary>
/// Makes digests of records for an <see cref="EventSink"/>. One instance for each thread that decodes; it knows nothing of the
/// other threads, so that the order in which they decode cannot change a result.
/// </summary>
internal abstract class EventDigester
{
    /// <summary>
    /// The kind of the digests of a schema's records, from 1 on; 0 for a schema whose records are delivered whole.
    /// </summary>
    public abstract byte KindOf(EventSchema schema);

    /// <summary>
    /// A part of the recording begins, whose records are in order. What earlier ones contained is not to be relied on.
    /// </summary>
    public abstract void Restart();

    /// <summary>Makes the digest of a record.</summary>
    /// <param name="kind">What <see cref="KindOf"/> returned.</param>
    /// <param name="body">The record.</param>
    /// <param name="digest">Takes the numbers. Time, pid, kind and context are set by the caller.</param>
    /// <returns>False if the sink needs the whole record.</returns>
    public abstract bool TryDigest(byte kind, ReadOnlySpan<byte> body, ref EventDigest digest);
}

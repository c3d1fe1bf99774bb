namespace KernelMagnifier.Logs.Sinks;

/// <summary>Sends records to one target.</summary>
internal interface ILogSink
{
    /// <summary>Sends a record. A target that does not take it is no exception.</summary>
    /// <param name="record">The record.</param>
    /// <param name="deadline">When to give up.</param>
    SendResult Send(in SinkRecord record, Deadline deadline);
}

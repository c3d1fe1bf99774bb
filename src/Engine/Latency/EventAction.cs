using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>What the events of one schema do. Made once for each schema, so that its fields are looked up once.</summary>
internal delegate void EventAction(in EventRecord record);

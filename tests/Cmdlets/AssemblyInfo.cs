// Tests measure how fast a command stops, and start more runspaces than there are processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

using Xunit;

// The swarm takes every core; nothing else is to be measured beside it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

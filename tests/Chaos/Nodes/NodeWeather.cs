namespace Settlement.Chaos.Nodes;

/// <summary>The troubles that are on now.</summary>
internal sealed class NodeWeather
{
    private readonly Lock _gate = new();
    private readonly List<NodeFault> _faults = [];

    /// <summary>Lets a trouble be, and ends it.</summary>
    public async Task LastAsync(NodeFault fault, TimeSpan length)
    {
        lock (_gate)
            _faults.Add(fault);
        await Task.Delay(length);
        lock (_gate)
            _faults.Remove(fault);
    }

    /// <summary>What meets a call, if anything does.</summary>
    public NodeFault? Find(string network, string node, string method)
    {
        lock (_gate)
            return _faults.Find(f => f.IsAt(network, node) && Concerns(f.Trouble, method));
    }

    private static bool Concerns(Trouble trouble, string method) =>
        trouble switch
        {
            Trouble.Errors or Trouble.Silence => true,
            Trouble.Lies => Lie.Exists(method),
            Trouble.Duplicates or Trouble.LateSends or Trouble.Drops or Trouble.LostAnswers =>
                method is "sendTransaction" or "eth_sendRawTransaction",
        };
}

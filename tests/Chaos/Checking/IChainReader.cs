using System.Numerics;

namespace Settlement.Chaos.Checking;

/// <summary>Reads a chain at finality, straight and without any of the product's code.</summary>
internal interface IChainReader
{
    string Network { get; }

    /// <summary>The newest block or slot, or the newest that is final.</summary>
    Task<long> HeightAsync(bool isFinal);

    /// <summary>What the hot wallet holds of the token, in base units.</summary>
    Task<BigInteger> BalanceAsync();

    /// <summary>Everything that ever left it.</summary>
    Task<IReadOnlyList<ChainTransfer>> TransfersAsync();
}

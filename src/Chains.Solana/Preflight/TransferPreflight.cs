using Settlement.Chains.Endpoints;
using Settlement.Chains.Solana.Addresses;
using Settlement.Chains.Solana.Rpc;

namespace Settlement.Chains.Solana.Preflight;

/// <summary>Asks one node, in few calls, whether transfers could be made.</summary>
internal sealed class TransferPreflight(SolanaNetwork network, SolanaNodes nodes)
{
    private readonly AgreeingPreflight _agreeing = new(order =>
        network.Format.Check(order.Destination) is AddressVerdict.Invalid
    );

    /// <summary>One answer for each order, by position.</summary>
    internal async Task<IReadOnlyList<PreflightAnswer>> AskAsync(
        IReadOnlyList<TransferOrder> orders,
        CancellationToken ct
    )
    {
        ct.ThrowIfCancellationRequested();
        if (orders.Count == 0)
            return [];
        NodeAnswer<PreflightFacts> answer = await nodes.AskAsync(
            node => ReadAsync(node, orders, ct),
            ct
        );
        SolanaRpcClient? asked = (answer as NodeAnswer<PreflightFacts>.Known)?.Value.Node;
        return await _agreeing.ConfirmAsync(
            orders,
            WordOf(answer, orders),
            [
                .. nodes
                    .All.Where(node => node != asked)
                    .Select(node =>
                        (Func<IReadOnlyList<TransferOrder>, Task<PreflightWord>>)(
                            async open =>
                                WordOf(
                                    await nodes.AskAsync(node, n => ReadAsync(n, open, ct), ct),
                                    open
                                )
                        )
                    ),
            ]
        );
    }

    /// <summary>What a rejection by the endpoint that simulated the transaction comes to, once the others were asked.</summary>
    internal async Task<SigningOutcome> ConfirmAsync(
        SigningOrder order,
        SigningOutcome outcome,
        CancellationToken ct
    ) =>
        nodes.All.Count == 1
            ? outcome
            : await _agreeing.ConfirmRejectionAsync(
                order.Transfers,
                outcome,
                orders => AskAsync(orders, ct)
            );

    private PreflightWord WordOf(
        NodeAnswer<PreflightFacts> answer,
        IReadOnlyList<TransferOrder> orders
    ) =>
        answer is NodeAnswer<PreflightFacts>.Known { Value: var facts }
            ? new PreflightWord(Judge(orders, facts), nodes.StandingOf(facts.Node).NoVerdictBecause)
            : PreflightWord.Silent(orders.Count, answer.Trouble ?? "");

    private PreflightAnswer[] Judge(IReadOnlyList<TransferOrder> orders, PreflightFacts facts)
    {
        PreflightAnswer? closed = WhyNobody(facts);
        if (closed is not null)
            return [.. orders.Select(_ => closed)];
        var budget = new WalletBudget(network, facts);
        return [.. orders.Select(order => One(order, facts) ?? budget.Take(order))];
    }

    // What keeps every transfer back.
    private PreflightAnswer.NotNow? WhyNobody(PreflightFacts facts)
    {
        if (MintState.Read(facts[network.Token.Mint]) is not { } mint)
        {
            return new PreflightAnswer.NotNow(
                ParkReason.NeedsOperator,
                $"{network.Token.Mint} is not a mint on {network.Id}."
            );
        }

        if (mint.Paused)
            return new PreflightAnswer.NotNow(ParkReason.AssetPaused, "The token is paused.");
        return TokenAccountState.Read(facts[network.Source]) switch
        {
            null => new PreflightAnswer.NotNow(
                ParkReason.WalletShortOfAsset,
                "The hot wallet has no token account yet."
            ),
            { Frozen: true } => new PreflightAnswer.NotNow(
                ParkReason.AssetPaused,
                "The hot wallet's token account is frozen."
            ),
            _ => null,
        };
    }

    // What keeps this one transfer back, whatever the wallet holds. Cheap checks first.
    private PreflightAnswer.NeverPayable? One(TransferOrder order, PreflightFacts facts)
    {
        if (network.Format.Check(order.Destination) is AddressVerdict.Invalid invalid)
            return NotAWallet(invalid.Problem);
        var wallet = PublicKey.Parse(order.Destination);
        if (facts[wallet] is { } account)
        {
            if (account.Executable)
                return NotAWallet("The address is a program; it cannot hold tokens.");
            if (TokenAccountState.IsMintOrTokenAccount(account))
            {
                return NotAWallet(
                    "The address is a token account or a mint. Give the wallet that owns it."
                );
            }
        }

        // The token account of a wallet that never held the asset does not exist; we create it.
        return TokenAccountState.Read(facts[network.Token.AccountOf(wallet)]) switch
        {
            null => null,
            { } held when !held.Owner.Equals(wallet) => NotAWallet(
                "The wallet gave its token account to somebody else."
            ),
            { Frozen: true } => new PreflightAnswer.NeverPayable(
                FailureCode.DestinationBlocked,
                "The token's issuer has frozen the wallet's token account."
            ),
            _ => null,
        };
    }

    private async Task<NodeAnswer<PreflightFacts>> ReadAsync(
        SolanaRpcClient node,
        IReadOnlyList<TransferOrder> orders,
        CancellationToken ct
    )
    {
        PublicKey[] keys = [.. Keys(orders).Distinct()];
        var accounts = new Dictionary<PublicKey, AccountState?>();
        foreach (PublicKey[] chunk in keys.Chunk(SolanaRpcClient.MaxAccountsPerCall))
        {
            NodeAnswer<AccountStates> answer = await node.GetMultipleAccountsAsync(chunk, ct);
            if (answer is not NodeAnswer<AccountStates>.Known known)
                return new NodeAnswer<PreflightFacts>.Silent(answer.Trouble ?? "");
            for (int i = 0; i < chunk.Length; i++)
                accounts[chunk[i]] = known.Value.Accounts[i];
        }

        NodeAnswer<ulong> rent = await node.GetRentExemptionAsync(TokenAccountState.Length, ct);
        return rent is NodeAnswer<ulong>.Known lamports
            ? new NodeAnswer<PreflightFacts>.Known(
                new PreflightFacts(node, accounts, lamports.Value)
            )
            : new NodeAnswer<PreflightFacts>.Silent(rent.Trouble ?? "");
    }

    private IEnumerable<PublicKey> Keys(IReadOnlyList<TransferOrder> orders)
    {
        yield return network.Wallet;
        yield return network.Source;
        yield return network.Token.Mint;
        foreach (TransferOrder order in orders)
        {
            if (!PublicKey.TryParse(order.Destination, out PublicKey? wallet))
                continue;
            yield return wallet;
            yield return network.Token.AccountOf(wallet);
        }
    }

    private static PreflightAnswer.NeverPayable NotAWallet(string message) =>
        new(FailureCode.DestinationNotWallet, message);
}

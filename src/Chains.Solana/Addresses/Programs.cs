namespace Settlement.Chains.Solana.Addresses;

/// <summary>Addresses of the programs that we call. Source: docs of the Solana Program Library.</summary>
internal static class Programs
{
    internal static readonly PublicKey System = PublicKey.Parse("11111111111111111111111111111111");

    internal static readonly PublicKey ComputeBudget = PublicKey.Parse(
        "ComputeBudget111111111111111111111111111111"
    );

    internal static readonly PublicKey Token = PublicKey.Parse(
        "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
    );

    internal static readonly PublicKey Token2022 = PublicKey.Parse(
        "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"
    );

    internal static readonly PublicKey AssociatedToken = PublicKey.Parse(
        "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"
    );

    internal static readonly PublicKey Memo = PublicKey.Parse(
        "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"
    );

    internal static bool IsToken(PublicKey program) =>
        program.Equals(Token) || program.Equals(Token2022);
}

using Npgsql;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Database.Hostile;

/// <summary>Each guard is seen to fail once when it is removed: in a schema without one law, the attack on that law passes, or
/// comes as far as the next law. A law that no attack needs is no law.</summary>
public sealed class MutantSpecs(World world) : IClassFixture<World>
{
    // Nothing can break them alone: an id is unique already. They are what resolution_equals_its_reserve and
    // reversal_equals_its_original and spend_equals_its_invoice refer to.
    private static readonly string[] s_supports =
    [
        "transfer_identity",
        "commission_identity",
        "invoice_identity",
    ];

    // They refuse nothing: one moves the wallet on, one tells an affiliate's payout how the chain ended it, the others note what
    // webhooks tell of. SideEffectSpecs, ChainPayoutSpecs, FanOutSpecs and FindingSpecs show what they are for.
    private static readonly string[] s_effects =
    [
        "take_nonce",
        "conclude_chain_payout",
        "give_back_spend",
        "note_payout_events",
        "note_broadcasts",
        "note_affiliates",
        "note_recoveries",
        "note_stuck_payouts",
        "note_low_funds",
    ];

    // What the migrator writes about itself.
    private static readonly string[] s_bookkeeping = ["schema_migrations_pkey"];

    private static Catalogue? s_catalogue;

    public static TheoryData<string> Names => new(HostileWrite.All.Select(write => write.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Without_its_law_an_attack_passes_or_meets_the_next_law(string name)
    {
        var write = HostileWrite.Named(name);
        List<string> mutant = [];
        if (write.Behind is { } front)
        {
            mutant.Add(await RemovalAsync(front.Law));
            PostgresException? second = await Attacker.TryAsync(
                world.Owner,
                [.. mutant, world.Fill(write.Sql)]
            );
            HostileWriteSpecs.ShouldBeRefused(second, write.Law);
        }
        mutant.Add(
            write.Rule is { } rule
                ? await Catalogue.RewrittenAsync(world.Owner, write.Law.Law, rule)
                : await RemovalAsync(write.Law.Law)
        );

        PostgresException? refusal = await Attacker.TryAsync(
            world.Owner,
            [.. mutant, world.Fill(write.Sql)]
        );

        string? next = refusal is null ? null : refusal.ConstraintName ?? refusal.SqlState;
        next.ShouldBe(write.Without, refusal?.ToString() ?? "The mutant accepted the write.");
    }

    [Fact]
    public async Task Every_law_of_the_schema_is_attacked()
    {
        Catalogue catalogue = await Catalogue.ReadAsync(world.Owner);

        string[] attacked = HostileWrite.All.Select(write => write.Law.Law).Distinct().ToArray();

        catalogue
            .Laws.Except([.. attacked, .. s_supports, .. s_effects, .. s_bookkeeping])
            .ShouldBeEmpty();
    }

    private async Task<string> RemovalAsync(string law) =>
        (s_catalogue ??= await Catalogue.ReadAsync(world.Owner)).Removal(law);
}

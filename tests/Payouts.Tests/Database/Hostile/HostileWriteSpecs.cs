using Npgsql;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Database.Hostile;

/// <summary>Whatever is written against the laws is refused, by the law that was meant for it.</summary>
public sealed class HostileWriteSpecs(World world) : IClassFixture<World>
{
    public static TheoryData<string> Names => new(HostileWrite.All.Select(write => write.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task F22_The_owner_is_refused_by_the_law(string name)
    {
        var write = HostileWrite.Named(name);

        PostgresException? refusal = await Attacker.TryAsync(world.Owner, world.Fill(write.Sql));

        ShouldBeRefused(refusal, write.Behind ?? write.Law);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_application_is_refused_by_the_law_or_for_want_of_a_grant(string name)
    {
        var write = HostileWrite.Named(name);

        PostgresException? refusal = await Attacker.TryAsync(world.App, world.Fill(write.Sql));

        if (write.AppMeetsTheLaw)
            ShouldBeRefused(refusal, write.Behind ?? write.Law);
        else
            ShouldLackAGrant(refusal);
    }

    [Fact]
    public void Every_attack_has_its_own_name()
    {
        HostileWrite.All.Count.ShouldBeGreaterThan(60);
        HostileWrite.All.Select(write => write.Name).ShouldBeUnique();
    }

    internal static void ShouldBeRefused(PostgresException? refusal, Refusal by)
    {
        refusal.ShouldNotBeNull("The write was accepted.");
        (refusal.ConstraintName, refusal.SqlState).ShouldBe((by.Law, by.State), refusal.ToString());
    }

    internal static void ShouldLackAGrant(PostgresException? refusal)
    {
        refusal.ShouldNotBeNull("The write was accepted.");
        refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, refusal.ToString());
        refusal.ConstraintName.ShouldBeNull("A law refused, not a missing grant.");
    }
}

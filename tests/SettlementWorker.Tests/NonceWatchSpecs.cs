using Microsoft.Extensions.DependencyInjection;
using Settlement.Chains;
using Settlement.TestKit;
using Settlement.Worker.Networks;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests;

/// <summary>The line of nonces: who is told when its head stands, and what is done where a node has lost one.</summary>
public sealed class NonceWatchSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private readonly Given _given = new(database);

    [Fact]
    public async Task V3_A_head_of_the_line_that_stands_too_long_raises_one_alarm()
    {
        FakeChain chain = await StuckAsync();
        WorkerOptions impatient = AWorker.Quick with { HeadOfLineAfter = TimeSpan.FromTicks(1) };
        await using AWorker worker = await AWorker.StandingAsync(database, impatient, chain);
        await worker.Network.SettleAsync(null, default);

        await LookAsync(worker);
        await LookAsync(worker);

        worker.Network.Line!.Head!.Nonce.ShouldBe(7UL);
        worker.Logs.Lines.Count(l => l.Contains("holds up all behind it")).ShouldBe(1);
    }

    [Fact]
    public async Task A_head_that_is_young_is_nobodys_business()
    {
        FakeChain chain = await StuckAsync();
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        await worker.Network.SettleAsync(null, default);

        await LookAsync(worker);

        worker.Network.Line!.Head.ShouldNotBeNull();
        worker.Logs.Lines.ShouldNotContain(l => l.Contains("holds up all behind it"));
    }

    [Fact]
    public async Task V25_A_nonce_that_the_node_has_lost_is_sent_again()
    {
        FakeChain chain = await StuckAsync();
        WorkerOptions patient = AWorker.Quick with
        {
            Policy = AWorker.Quick.Policy with { FirstLook = TimeSpan.FromHours(1) },
        };
        await using AWorker worker = await AWorker.StandingAsync(database, patient, chain);
        await worker.Network.SettleAsync(null, default);
        int sent = chain.Broadcasts;
        (await worker.Network.ObserveAsync(default)).ShouldBe(0);

        await LookAsync(worker);
        int looked = await worker.Network.ObserveAsync(default);

        worker.Network.Line!.Gap.ShouldBe(7UL);
        (looked, chain.Broadcasts).ShouldBe((1, sent + 1));
    }

    [Fact]
    public async Task V25_A_gap_for_which_nothing_is_stored_raises_an_alarm()
    {
        FakeChain chain = await StuckAsync();
        chain.Counting = _ => new NonceCounts(3, 3);
        await using AWorker worker = await AWorker.StandingAsync(database, chain);
        await worker.Network.SettleAsync(null, default);

        await LookAsync(worker);
        await LookAsync(worker);

        worker.Logs.Lines.ShouldContain(l => l.Contains("nothing that is stored can be sent"));
    }

    [Fact]
    public async Task V23_Nonces_that_we_never_stored_raise_an_alarm()
    {
        FakeChain chain = await StuckAsync();
        chain.Counting = nonce => new NonceCounts(nonce + 5, nonce + 5);
        await using AWorker worker = await AWorker.StandingAsync(database, chain);

        await LookAsync(worker);

        worker.Logs.Lines.ShouldContain(l => l.Contains("somebody else uses the key"));
    }

    private async Task<FakeChain> StuckAsync()
    {
        FakeChain chain = AChain.Numbered();
        chain.IsInstant = false;
        await _given.PayoutAsync(chain);
        return chain;
    }

    private static Task LookAsync(AWorker worker) =>
        worker.Services.GetRequiredService<NonceWatch>().LookAsync(worker.Network, default);
}

using Dapper;
using Npgsql;
using Settlement.Payouts.Addresses;
using Settlement.Payouts.Lifecycle;
using Settlement.TestKit;
using Shouldly;
using Xunit;

namespace Settlement.Payouts.Tests.Lifecycle;

/// <summary>Which addresses a payout is accepted to: judged where the money is reserved, not before.</summary>
public sealed class AddressSpecs(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const int Rounds = 30;
    private const string Evm = "0xAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAb";

    private readonly AddressBook _book = new(database.App);
    private readonly AcceptPayout _accept = new(database.App);

    [Fact]
    public async Task Where_only_known_addresses_are_paid_an_unknown_one_is_refused_and_a_new_one_waits()
    {
        Guid user = await APayout.In(database).AUserAsync(100);
        PayoutRequest request = APayout.ARequest(user, 10) with { OnlyKnownAddress = true };

        AcceptOutcome unknown = await _accept.ExecuteAsync(request, default);
        AddressRow added = await AddedAsync(user, TimeSpan.FromHours(24));
        AcceptOutcome pending = await _accept.ExecuteAsync(request, default);
        AcceptOutcome named = await _accept.ExecuteAsync(
            request with
            {
                AddressId = added.Id,
            },
            default
        );

        unknown.ShouldBe(new AcceptOutcome.AddressNotActive("unknown", null));
        pending.ShouldBe(new AcceptOutcome.AddressNotActive("pending", added.ActiveAt));
        named.ShouldBe(pending);
        (added.ActiveAt - added.AddedAt).ShouldBe(TimeSpan.FromHours(24));
        (await ReservedAsync(user)).ShouldBe(0);
    }

    [Fact]
    public async Task An_address_that_has_waited_is_paid()
    {
        Guid user = await APayout.In(database).AUserAsync(100);
        await AddedAsync(user, TimeSpan.Zero);

        AcceptOutcome outcome = await _accept.ExecuteAsync(
            APayout.ARequest(user, 10) with
            {
                OnlyKnownAddress = true,
            },
            default
        );

        outcome.ShouldBeOfType<AcceptOutcome.Accepted>();
    }

    [Fact]
    public async Task Known_is_the_address_on_its_network_in_any_case_and_of_this_user()
    {
        Guid user = await APayout.In(database).AUserAsync(100);
        Guid other = await APayout.In(database).AUserAsync(100);
        await AddedAsync(user, TimeSpan.Zero, "ethereum", Evm);

        async Task<AcceptOutcome> AskAsync(Guid who, string network, string address) =>
            await _accept.ExecuteAsync(
                APayout.ARequest(who, 10, network) with
                {
                    Address = address,
                    OnlyKnownAddress = true,
                },
                default
            );

        (
            await AskAsync(user, "ethereum", Evm.ToUpperInvariant())
        ).ShouldBeOfType<AcceptOutcome.Accepted>();
        (await AskAsync(user, "polygon", Evm)).ShouldBe(
            new AcceptOutcome.AddressNotActive("unknown", null)
        );
        (await AskAsync(other, "ethereum", Evm)).ShouldBe(
            new AcceptOutcome.AddressNotActive("unknown", null)
        );
    }

    [Fact]
    public async Task A_blocked_address_is_not_paid_on_any_network_nor_after_it_was_removed()
    {
        Guid user = await APayout.In(database).AUserAsync(100);
        AddressRow added = await AddedAsync(user, TimeSpan.Zero, "ethereum", Evm);
        (await BlockAsync(added.Id, "Reported.")).ShouldBeTrue();
        PayoutRequest request = APayout.ARequest(user, 10, "polygon") with
        {
            Address = Evm.ToUpperInvariant(),
        };

        AcceptOutcome blocked = await _accept.ExecuteAsync(request, default);
        (await _book.RemoveAsync(user, added.Id, default)).ShouldBeTrue();
        AcceptOutcome removed = await _accept.ExecuteAsync(request, default);
        AddressRow again = await AddedAsync(user, TimeSpan.Zero, "ethereum", Evm);
        (await BlockAsync(added.Id, reason: null)).ShouldBeTrue();
        AcceptOutcome lifted = await _accept.ExecuteAsync(request, default);

        blocked.ShouldBe(new AcceptOutcome.AddressNotActive("blocked", null));
        removed.ShouldBe(blocked);
        again.Status.ShouldBe("blocked");
        lifted.ShouldBeOfType<AcceptOutcome.Accepted>();
    }

    [Fact]
    public async Task An_address_that_was_removed_is_no_longer_named()
    {
        Guid user = await APayout.In(database).AUserAsync(100);
        AddressRow added = await AddedAsync(user, TimeSpan.Zero);
        PayoutRequest request = APayout.ARequest(user, 10) with { AddressId = added.Id };

        AcceptOutcome before = await _accept.ExecuteAsync(request, default);
        await _book.RemoveAsync(user, added.Id, default);
        AcceptOutcome after = await _accept.ExecuteAsync(request, default);

        before.ShouldBeOfType<AcceptOutcome.Accepted>();
        after.ShouldBe(new AcceptOutcome.AddressNotActive("unknown", null));
        (await _book.RemoveAsync(user, added.Id, default)).ShouldBeFalse();
        (await _book.ListAsync(user, onlyKnown: false, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_users_address_is_not_named_or_removed()
    {
        Guid owner = await APayout.In(database).AUserAsync(100);
        Guid other = await APayout.In(database).AUserAsync(100);
        AddressRow added = await AddedAsync(owner, TimeSpan.Zero);

        AcceptOutcome named = await _accept.ExecuteAsync(
            APayout.ARequest(other, 10) with
            {
                AddressId = added.Id,
            },
            default
        );

        named.ShouldBe(new AcceptOutcome.AddressNotActive("unknown", null));
        (await _book.RemoveAsync(other, added.Id, default)).ShouldBeFalse();
        (await _book.FindAsync(other, added.Id, default)).ShouldBeNull();
        (await _book.FindAsync(owner, added.Id, default))!.Label.ShouldBe("mine");
    }

    [Fact]
    public async Task A_block_that_a_payout_overtakes_waits_for_it_and_one_that_comes_first_stops_it()
    {
        for (int round = 0; round < Rounds; round++)
        {
            Guid user = await APayout.In(database).AUserAsync(100);
            AddressRow added = await AddedAsync(user, TimeSpan.Zero);
            PayoutRequest request = APayout.ARequest(user, 10) with { OnlyKnownAddress = true };

            Task<AcceptOutcome> payout = _accept.ExecuteAsync(request, default);
            Task<bool> block = BlockAsync(added.Id, "Reported.");
            AcceptOutcome outcome = await payout;
            (await block).ShouldBeTrue();

            (outcome is AcceptOutcome.Accepted).ShouldBe(await ReservedAsync(user) == 10);
            (await _accept.ExecuteAsync(request, default)).ShouldBe(
                new AcceptOutcome.AddressNotActive("blocked", null)
            );
        }
    }

    [Fact]
    public async Task Of_the_same_address_added_many_times_at_once_one_is_in_the_book()
    {
        var user = Guid.NewGuid();

        AddOutcome[] outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(_ => AddAsync(user, TimeSpan.Zero, "solana", new('A', 40)))
        );

        outcomes.Count(o => o is AddOutcome.Added).ShouldBe(1);
        outcomes.Count(o => o is AddOutcome.Duplicate).ShouldBe(11);
        (await _book.ListAsync(user, onlyKnown: true, default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_book_holds_a_hundred_addresses()
    {
        var user = Guid.NewGuid();
        AddressRow? last = null;
        for (int i = 0; i < AddressBook.Most; i++)
            last = await AddedAsync(user, TimeSpan.Zero, "solana", $"{new string('A', 40)}{i}");

        AddOutcome full = await AddAsync(user, TimeSpan.Zero, "solana", new string('B', 40));
        await _book.RemoveAsync(user, last!.Id, default);
        AddOutcome again = await AddAsync(user, TimeSpan.Zero, "solana", new string('B', 40));

        full.ShouldBeOfType<AddOutcome.Full>();
        again.ShouldBeOfType<AddOutcome.Added>();
    }

    private async Task<AddressRow> AddedAsync(
        Guid user,
        TimeSpan delay,
        string network = "solana",
        string? address = null
    ) =>
        (await AddAsync(user, delay, network, address ?? new string('A', 40)))
            .ShouldBeOfType<AddOutcome.Added>()
            .Address;

    private async Task<AddOutcome> AddAsync(
        Guid user,
        TimeSpan delay,
        string network,
        string address
    )
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await AddressBook.AddAsync(
            connection,
            new NewAddress(Guid.CreateVersion7(), user, "mine", network, address, delay, true),
            default
        );
    }

    private async Task<bool> BlockAsync(Guid id, string? reason)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await AddressBook.BlockAsync(
            connection,
            new AddressWord(id, reason is not null, reason, APayout.Operator, null),
            default
        );
    }

    private async Task<long> ReservedAsync(Guid user)
    {
        await using NpgsqlConnection connection = await database.App.OpenConnectionAsync();
        return await connection.QuerySingleAsync<long>(
            "SELECT reserved_micro FROM accounts WHERE user_id = @user",
            new { user }
        );
    }
}

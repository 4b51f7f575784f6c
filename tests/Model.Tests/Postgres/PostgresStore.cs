using System.Collections.Concurrent;
using System.Globalization;
using Dapper;
using Npgsql;
using Settlement.Chains;
using Settlement.Model.Tests.Commands;
using Settlement.Model.Tests.Model;
using Settlement.Payouts.Database;
using Settlement.Payouts.Lifecycle;
using Settlement.Payouts.Settling;
using Settlement.TestKit;

namespace Settlement.Model.Tests.Postgres;

/// <summary>The product's own code over PostgreSQL, for one sequence: users and networks of its own in a database that many share.</summary>
public sealed partial class PostgresStore(PostgresDatabase database) : IStoreUnderTest
{
    private const string Sender = "hot-wallet-hot-wallet";
    private const string Address = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private static readonly Evidence s_proof = new("{}");
    private static readonly DateTimeOffset s_unlock = DateTimeOffset.UtcNow.AddDays(1);

    private readonly string _name = Guid.NewGuid().ToString("N")[..24];
    private readonly PostgresSettlementStore _store = new(database.App, new WorkerIdentity("w"));
    private readonly FinalizePayout _finalize = new(database.App);
    private readonly SteerPayout _steer = new(database.App);
    private readonly AskReplacement _ask = new(database.App);

    private readonly ConcurrentDictionary<int, Guid> _payouts = new();
    private readonly ConcurrentDictionary<Guid, int> _tags = new();
    private readonly ConcurrentDictionary<int, ClaimedPayout> _claims = new();
    private readonly ConcurrentDictionary<int, long> _transactions = new();
    private readonly ConcurrentDictionary<long, int> _transactionTags = new();
    private readonly ConcurrentDictionary<int, ClaimedTransaction> _looks = new();

    /// <summary>Whose everything is.</summary>
    public Guid[] Users { get; } = [Guid.NewGuid(), Guid.NewGuid()];

    public async Task BeginAsync(bool hasThreshold)
    {
        await using NpgsqlConnection connection = await database.Owner.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO wallets (network, address, next_nonce) VALUES (@One, @Sender, 7), (@Other, @Sender, NULL);
            INSERT INTO approval_thresholds (scope, above_micro) SELECT @One, 40 WHERE @HasThreshold
            """,
            new
            {
                One = NetworkOf(0).Name,
                Other = NetworkOf(1).Name,
                Sender,
                HasThreshold = hasThreshold,
            }
        );
    }

    public string Rows(World world) => Fingerprint.Rows(world, isFull: true);

    public string Answer(string answer) => answer;

    public async Task<string> AskAsync(World world, Command command, int tag)
    {
        try
        {
            return await DoAsync(world, command, tag);
        }
        catch (PostgresException e) when (e.SqlState is SqlStates.DeadlockDetected)
        {
            return Answers.Victim;
        }
        catch (PostgresException e) when (e.SqlState is "42501" || e.SqlState[..2] is "23" or "ST")
        {
            return Answers.Law;
        }
        catch (Exception e) when (e is PostgresException or InvalidOperationException)
        {
            // No store with all its laws ever answers so.
            return $"error: {e.Message}";
        }
    }

    private Task<string> DoAsync(World world, Command command, int tag) =>
        command switch
        {
            Command.Earn earn => EarnAsync(earn),
            Command.Accept accept => AcceptAsync(
                Request(accept.User, accept.Amount, accept.Network, accept.Key),
                tag
            ),
            Command.Retry retry => RetryAsync(world, retry, tag),
            Command.Register or Command.Close or Command.SpendOn => InvoiceAsync(command),
            Command.TakeUp take => TakeUpAsync(world, take, tag),
            Command.Park park => ParkAsync(world, park),
            Command.FailUnsigned fail => FailUnsignedAsync(world, fail),
            Command.Open open => OpenAsync(world, open, tag),
            Command.ReadWallet read => ReadWalletAsync(read),
            Command.TakeUpTransactions take => TakeUpAsync(take, tag),
            Command.Reschedule reschedule => RescheduleAsync(world, reschedule),
            Command.Conclude conclude => ConcludeAsync(world, conclude),
            Command.Freeze freeze => FreezeAsync(freeze),
            Command.Thaw thaw => ThawAsync(thaw),
            Command.Pause pause => PauseAsync(pause),
            Command.Say say => SayAsync(world, say),
            Command.Cancel cancel => CancelAsync(world, cancel),
            Command.Steer steer => SteerAsync(world, steer),
            Command.Ask ask => AskAsync(world, ask),
            Command.Replace replace => ReplaceAsync(world, replace, tag),
            Command.Decide decide => DecideAsync(world, decide),
            Command.PassTime => PassTimeAsync(world),
            Command.Careless careless => CarelessAsync(world, careless, tag),
            _ => throw new InvalidOperationException($"{command} means nothing."),
        };

    private NetworkId NetworkOf(int index) => new($"{(index == 0 ? 'e' : 's')}{_name}");

    private ClaimedPayout[] Claimed(World world, IReadOnlyList<int> indexes) =>
        Rules.AllAt(world, world.Claims, indexes).Select(c => _claims[c.Tag]).ToArray();

    private ClaimedTransaction[] Looked(World world, IReadOnlyList<int> indexes) =>
        Rules.LooksAt(world, indexes).Select(l => _looks[l.Tag]).ToArray();

    private Guid PayoutAt(World world, int index) =>
        _payouts[Rules.At(world, world.Payouts, index)!.Tag];

    private static TimeSpan After(bool later) => later ? TimeSpan.FromDays(1) : TimeSpan.Zero;

    private static string Word(TransitionResult result) =>
        result switch
        {
            TransitionResult.Applied => Answers.Applied,
            TransitionResult.NotFound => "not found",
            TransitionResult.Refused refused => Answers.Refused(refused.Because.ToString()),
            _ => result.ToString(),
        };

    private static string Join(string word, IEnumerable<string> words) =>
        $"{word} {string.Join(' ', words)}";

    private static string Text(IFormattable value) =>
        value.ToString(null, CultureInfo.InvariantCulture);
}

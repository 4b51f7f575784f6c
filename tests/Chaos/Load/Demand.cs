using System.Security.Cryptography;
using Settlement.Chaos.Product;
using SimpleBase;

namespace Settlement.Chaos.Load;

/// <summary>Users at a steady rate: rewards, payouts, the same request again, second thoughts, invoices.</summary>
internal sealed class Demand(Api api, Journal journal, User[] users, Dice dice)
{
    private const int MostAtOnce = 64;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _places = new(MostAtOnce, MostAtOnce);
    private int _number;

    /// <summary>Asks until the time is up, and waits for the last answers.</summary>
    public async Task RunAsync(TimeSpan length, double perSecond)
    {
        long began = Environment.TickCount64;
        var asking = new List<Task>();
        for (int i = 0; ; i++)
        {
            TimeSpan due = TimeSpan.FromSeconds(i / perSecond);
            if (due > length)
                break;
            TimeSpan early = due - TimeSpan.FromMilliseconds(Environment.TickCount64 - began);
            if (early > TimeSpan.Zero)
                await Task.Delay(early);
            await _places.WaitAsync();
            asking.Add(OneAsync());
        }
        await Task.WhenAll(asking);
    }

    private async Task OneAsync()
    {
        try
        {
            User user = dice.Of(users);
            if (dice.Chance(0.1))
                await CreditAsync(user);
            Wish wish = NewWish(user);
            Reply reply = await AskAsync(wish);
            if (!reply.IsSuccess)
                return;
            // The answer may have been lost on its way: a careful client asks again, and twice at once.
            if (dice.Chance(0.1))
                await Task.WhenAll(AskAsync(wish), AskAsync(wish));
            if (dice.Chance(0.04))
                await CancelAsync(user, reply.Id);
            if (dice.Chance(0.04))
                await SpendAsync(user);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<Reply> AskAsync(Wish wish)
    {
        while (true)
        {
            Reply reply = await InsistAsync(() =>
                api.AsUserAsync(wish.User.Session, "v1/referrals/payouts", wish.Body, wish.Key)
            );
            if (reply.Status == 202)
            {
                journal.Accept(
                    new Asked(
                        wish.Key,
                        reply.Id,
                        wish.User.Id,
                        wish.Network,
                        wish.Address,
                        wish.AmountMicro
                    )
                );
            }
            else if (reply.Error == "balance_insufficient")
            {
                await CreditAsync(wish.User);
                continue;
            }
            else
            {
                journal.Surprises.Enqueue($"a payout: {reply.Status} {reply.Body}");
            }
            return reply;
        }
    }

    private async Task CreditAsync(User user)
    {
        long amount = dice.Next(10_000_000, 40_000_000);
        var reward = new
        {
            user_id = user.Id,
            amount_micro = amount,
            source_event_id = $"chaos-{Guid.NewGuid()}",
        };
        Reply reply = await InsistAsync(() =>
            api.AsOperatorAsync("v1/admin/referrals/rewards", reward)
        );
        if (reply.IsSuccess)
            journal.Earnings.Enqueue(new Earned(user.Id, amount));
        else
            journal.Surprises.Enqueue($"a reward: {reply.Status} {reply.Body}");
    }

    private async Task CancelAsync(User user, Guid id)
    {
        string key = Guid.NewGuid().ToString();
        Reply reply = await InsistAsync(() =>
            api.AsUserAsync(user.Session, $"v1/referrals/payouts/{id}/cancel", new { }, key)
        );
        journal.Tell("user cancels", reply.Status);
        if (reply.IsSuccess)
            journal.Words.Enqueue(new Word(id, "cancelled"));
    }

    private async Task SpendAsync(User user)
    {
        var invoice = new
        {
            invoice_id = $"chaos-{Guid.NewGuid()}",
            user_id = user.Id,
            amount_micro = (long)dice.Next(1, 2_000_000),
        };
        await InsistAsync(() => api.AsOperatorAsync("v1/admin/referrals/invoices", invoice));
        string key = Guid.NewGuid().ToString();
        Reply reply = await InsistAsync(() =>
            api.AsUserAsync(
                user.Session,
                "v1/referrals/spend-on-invoice",
                new { invoice.invoice_id, invoice.amount_micro },
                key
            )
        );
        journal.Tell("user spends", reply.Status);
        if (reply.IsSuccess)
            journal.Earnings.Enqueue(new Earned(user.Id, -invoice.amount_micro));
    }

    // With the same body and the same key until there is an answer.
    private async Task<Reply> InsistAsync(Func<Task<Reply>> askAsync)
    {
        long began = Environment.TickCount64;
        while (true)
        {
            Reply reply = await askAsync();
            if (!reply.IsUnsettled)
                return reply;
            if (Environment.TickCount64 - began > s_patience.TotalMilliseconds)
            {
                journal.Surprises.Enqueue($"no answer for {s_patience}, last {reply.Status}");
                return reply;
            }
            await Task.Delay(s_pause);
        }
    }

    private Wish NewWish(User user)
    {
        string network = dice.Of([
            "solana",
            "solana",
            "solana",
            "solana",
            "solana",
            "ethereum",
            "polygon",
        ]);
        // Some are paid at one address again and again, and with the same amount.
        bool isUsual = dice.Chance(0.1);
        byte[] seed = isUsual
            ? SHA256.HashData(user.Id.ToByteArray())
            : RandomNumberGenerator.GetBytes(32);
        string address =
            network == "solana"
                ? Base58.Bitcoin.Encode(seed)
                : $"0x{Convert.ToHexStringLower(seed.AsSpan(0, 20))}";
        long amount = isUsual ? 1_500_000 : dice.Next(1_000_000, 6_000_000);
        int number = Interlocked.Increment(ref _number);
        return new Wish(user, $"chaos-{number}", network, address, amount);
    }

    private sealed record Wish(
        User User,
        string Key,
        string Network,
        string Address,
        long AmountMicro
    )
    {
        public object Body =>
            new
            {
                amount_micro = AmountMicro,
                network = Network,
                address = Address,
            };
    }
}

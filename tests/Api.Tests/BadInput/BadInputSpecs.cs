using System.Collections.Concurrent;
using System.Globalization;
using Settlement.Payouts.Auditing;
using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.BadInput;

/// <summary>Whatever is sent, nothing breaks and nothing is done that should not be; and the books are right after it.</summary>
public sealed class BadInputSpecs(BadInputFixture api) : IClassFixture<BadInputFixture>
{
    /// <summary>To each route, where this variable does not say otherwise: all that fits a run of everything. 10,000 take six minutes.</summary>
    private const int GeneratedByDefault = 2_000;

    private const string Variable = "SETTLEMENT_BAD_INPUT";

    /// <summary>One seed, as a failure names it: it alone is sent to each route.</summary>
    private const string SeedVariable = "SETTLEMENT_BAD_INPUT_SEED";

    private const int WrittenAtLeast = 500;

    [Fact]
    public async Task Thousands_of_generated_requests_to_each_route_break_nothing()
    {
        int generated = Number(Variable) ?? GeneratedByDefault;
        IReadOnlyList<int> seeds = Number(SeedVariable) is { } only
            ? [only]
            : [.. Enumerable.Range(0, generated)];
        var generator = new Generator(api.Targets, api.User.UserId);
        int refused = 0;

        IReadOnlyCollection<string> wrong = await SendAllAsync(
            route => seeds.Select(seed => generator.Next(route, seed)),
            attempt =>
            {
                if (attempt.MustBeRefused)
                    Interlocked.Increment(ref refused);
                return api.Memory.TryAsync(attempt);
            }
        );

        wrong.ShouldBeEmpty();
        // Of those that only had to be survived there are enough as it is.
        if (seeds.Count > 1)
            refused.ShouldBeGreaterThan(generated * api.Routes.Count / 4);
        await ShouldBeInOrderAsync();
    }

    [Fact]
    public async Task Every_bad_request_that_was_written_by_hand_breaks_no_route()
    {
        var corpus = new Corpus(api.Targets);
        using var wire = new OnTheWire(api.Wire, api.User);

        IReadOnlyCollection<string> wrong = await SendAllAsync(corpus.For, wire.TryAsync);

        wrong.ShouldBeEmpty();
        corpus.For(api.Routes[0]).Count().ShouldBeGreaterThanOrEqualTo(WrittenAtLeast);
        await ShouldBeInOrderAsync();
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : null;

    private async Task<IReadOnlyCollection<string>> SendAllAsync(
        Func<Route, IEnumerable<Attempt>> attempts,
        Func<Attempt, Task<string?>> send
    )
    {
        var wrong = new ConcurrentQueue<string>();
        foreach (Route route in api.Routes)
        {
            await Parallel.ForEachAsync(
                attempts(route),
                new ParallelOptions { MaxDegreeOfParallelism = 8 },
                async (attempt, _) =>
                {
                    // A dozen is enough to read.
                    if (await send(attempt) is { } problem && wrong.Count < 12)
                        wrong.Enqueue(problem);
                }
            );
        }
        return wrong;
    }

    private async Task ShouldBeInOrderAsync() =>
        (await new LedgerAudit(api.Database.Owner).RunAsync(default)).Violations.ShouldBeEmpty();
}

using System.Diagnostics.Metrics;
using Settlement.Hosting.Observability;
using Shouldly;
using Xunit;

namespace Settlement.Worker.Tests.Hosting;

/// <summary>What Prometheus reads.</summary>
public sealed class MetricsSpecs : IDisposable
{
    private readonly Meter _meter = new($"Settlement.Specs.{Guid.NewGuid():N}");
    private readonly MetricsPage _page;

    public MetricsSpecs() => _page = new MetricsPage(_meter.Name);

    [Fact]
    public void A_counter_only_grows()
    {
        Counter<long> payouts = _meter.CreateCounter<long>("settlement.payouts.settled");
        payouts.Add(2, new("network", "solana"), new("outcome", "sent"));
        _page.Read();
        payouts.Add(3, new("network", "solana"), new("outcome", "sent"));

        _page
            .Read()
            .ShouldBe(
                """
                # TYPE settlement_payouts_settled_total counter
                settlement_payouts_settled_total{network="solana",outcome="sent"} 5

                """,
                StringCompareShould.IgnoreLineEndings
            );
    }

    [Fact]
    public void A_gauge_is_what_was_last_told()
    {
        double? told = 0.25;
        _meter.CreateObservableGauge(
            "settlement.wallet.asset",
            () => told is { } value ? [new Measurement<double>(value)] : (Measurement<double>[])[]
        );
        _page.Read().ShouldContain("\nsettlement_wallet_asset 0.25\n");

        told = 1_000_000_000_000;

        _page.Read().ShouldContain("\nsettlement_wallet_asset 1000000000000\n");
    }

    [Fact]
    public void A_histogram_counts_up_to_each_bound()
    {
        Histogram<double> seconds = _meter.CreateHistogram<double>(
            "settlement.chain.duration",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] }
        );
        foreach (double value in new[] { 0.05, 0.5, 0.75, 3 })
            seconds.Record(value, new KeyValuePair<string, object?>("operation", "sign"));

        _page
            .Read()
            .ShouldBe(
                """
                # TYPE settlement_chain_duration histogram
                settlement_chain_duration_bucket{operation="sign",le="0.1"} 1
                settlement_chain_duration_bucket{operation="sign",le="1"} 3
                settlement_chain_duration_bucket{operation="sign",le="+Inf"} 4
                settlement_chain_duration_sum{operation="sign"} 4.3
                settlement_chain_duration_count{operation="sign"} 4

                """,
                StringCompareShould.IgnoreLineEndings
            );
    }

    [Fact]
    public void A_label_cannot_leave_its_quotes()
    {
        Counter<long> odd = _meter.CreateCounter<long>("odd");

        odd.Add(1, new KeyValuePair<string, object?>("why-not", "a \"b\" \\ c\nd"));

        _page.Read().ShouldContain("odd_total{why_not=\"a \\\"b\\\" \\\\ c\\nd\"} 1\n");
    }

    [Fact]
    public void Whoever_reads_at_the_same_time_reads_whole_pages()
    {
        Counter<long> one = _meter.CreateCounter<long>("one");
        one.Add(1);

        string[] pages = Enumerable.Range(0, 200).AsParallel().Select(_ => _page.Read()).ToArray();

        pages.Distinct().ShouldBe(["# TYPE one_total counter\none_total 1\n"]);
    }

    public void Dispose()
    {
        _page.Dispose();
        _meter.Dispose();
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Settlement.Chains.Endpoints;

namespace Settlement.Chains.Tests.Endpoints;

/// <summary>What follows from the words of several endpoints, without any endpoint.</summary>
public sealed class PanelSpecs
{
    private static readonly Observation.NotSeen NotSeen = new("no receipt");
    private static readonly Observation.Included Included = new("in block 7");
    private static readonly Observation.Unknown Silent = new("HTTP 503");

    public static TheoryData<string, Observation> Verdicts =>
        new()
        {
            { "landed", Landed() },
            { "expired", Never(NeverReason.Expired) },
            { "reverted", Never(NeverReason.Reverted) },
            { "replaced", Never(NeverReason.Replaced) },
        };

    [Theory]
    [MemberData(nameof(Verdicts), DisableDiscoveryEnumeration = true)]
    public void One_word_of_two_endpoints_is_no_verdict(string name, Observation word)
    {
        Panel panel = Panel(endpoints: 2);

        panel.Hear(new Word("a", word, new FinalHead(10, "x")));

        panel.IsSettled.ShouldBeFalse(name);
        panel.IsVerdict.ShouldBeFalse();
        panel.IsInDispute.ShouldBeTrue();
        panel.Conclude().ShouldBeOfType<Observation.Unknown>();
    }

    [Theory]
    [MemberData(nameof(Verdicts), DisableDiscoveryEnumeration = true)]
    public void The_same_word_of_two_endpoints_is_a_verdict_that_names_both(
        string name,
        Observation word
    )
    {
        Panel panel = Panel(endpoints: 3);

        panel.Hear(new Word("a", word, new FinalHead(12, "y")));
        panel.Hear(new Word("b", word, new FinalHead(10, "x")));

        panel.IsSettled.ShouldBeTrue(name);
        panel.IsVerdict.ShouldBeTrue();
        Observation verdict = panel.Conclude();
        verdict.GetType().ShouldBe(word.GetType());
        JsonElement agreement = ProofOf(verdict).GetProperty("agreement");
        agreement
            .GetProperty("endpoints")
            .EnumerateArray()
            .Select(e => e.GetString())
            .ShouldBe(["a", "b"]);
        agreement.GetProperty("configured").GetInt32().ShouldBe(3);
        // The lower of both: what a worker goes on from after a restart.
        JsonElement final = agreement.GetProperty("final");
        final.GetProperty("block").GetUInt64().ShouldBe(10UL);
        final.GetProperty("hash").GetString().ShouldBe("x");
    }

    [Fact]
    public void A_verdict_rests_on_the_lower_of_both_heads()
    {
        Panel panel = Panel(endpoints: 2);

        panel.Hear(new Word("a", Landed(), new FinalHead(999_999, "invented")));
        panel.Hear(new Word("b", Landed(), new FinalHead(10, "x")));

        panel.Head.ShouldBe(new FinalHead(10, "x"));
    }

    [Theory]
    [MemberData(nameof(Verdicts), DisableDiscoveryEnumeration = true)]
    public void The_opposite_word_leaves_it_unknown_whoever_else_agrees(
        string name,
        Observation word
    )
    {
        Observation opposite = word is Observation.Landed ? Never(NeverReason.Expired) : Landed();
        Panel panel = Panel(endpoints: 3);

        panel.Hear(new Word("a", word, null));
        panel.Hear(new Word("b", opposite, null));
        panel.Hear(new Word("c", word, null));

        panel
            .Conclude()
            .ShouldBeOfType<Observation.Unknown>(name)
            .Cause.ShouldContain("contradict each other");
    }

    [Theory]
    [MemberData(nameof(Verdicts), DisableDiscoveryEnumeration = true)]
    public void R20_Hesitation_and_silence_of_the_others_agree_with_nothing(
        string name,
        Observation word
    )
    {
        foreach (Observation other in (Observation[])[NotSeen, Silent])
        {
            Panel panel = Panel(endpoints: 2);

            panel.Hear(new Word("a", word, null));
            panel.Hear(new Word("b", other, null));

            panel.Conclude().ShouldBeOfType<Observation.Unknown>(name);
            panel.IsInDispute.ShouldBeTrue();
        }
    }

    [Fact]
    public void Final_here_and_included_there_is_included()
    {
        Panel panel = Panel(endpoints: 2);

        panel.Hear(new Word("a", Landed(), null));
        panel.Hear(new Word("b", Included, null));

        panel.Conclude().ShouldBeOfType<Observation.Included>();
    }

    [Fact]
    public void A_third_endpoint_may_be_the_one_that_agrees()
    {
        Panel panel = Panel(endpoints: 3);

        panel.Hear(new Word("a", Landed(), null));
        panel.Hear(new Word("b", NotSeen, null));
        panel.IsSettled.ShouldBeFalse();
        panel.Hear(new Word("c", Landed(), null));

        panel.Conclude().ShouldBeOfType<Observation.Landed>();
    }

    public static TheoryData<string, Observation> OtherLandings =>
        new()
        {
            { "another attempt", Landed(id: "0xb") },
            { "another block", Landed(block: 8) },
            { "one rider was not paid", Landed(paid: false) },
            { "a fact that only one of them tells", Landed(extra: true) },
        };

    [Theory]
    [MemberData(nameof(OtherLandings), DisableDiscoveryEnumeration = true)]
    public void R23_Landings_that_differ_contradict_each_other(string why, Observation other)
    {
        Panel panel = Panel(endpoints: 2);

        panel.Hear(new Word("a", Landed(), null));
        panel.Hear(new Word("b", other, null));

        panel.Conclude().ShouldBeOfType<Observation.Unknown>(why);
    }

    [Fact]
    public void What_endpoints_tell_of_themselves_may_differ()
    {
        Panel panel = Panel(endpoints: 2);

        panel.Hear(new Word("a", Landed(endpoint: "a"), null));
        panel.Hear(new Word("b", Landed(endpoint: "b"), null));

        JsonElement proof = ProofOf(panel.Conclude());
        proof.GetProperty("finality").GetProperty("endpoint").GetString().ShouldBe("a");
        proof
            .GetProperty("agreement")
            .GetProperty("second")
            .GetProperty("finality")
            .GetProperty("endpoint")
            .GetString()
            .ShouldBe("b");
    }

    [Fact]
    public void Small_amounts_may_land_by_one_word_and_never_expire_by_one()
    {
        var policy = new EndpointPolicy { AgreeOnLandedFromMicro = 1_000_001 };
        Panel landed = Panel(endpoints: 2, policy);
        Panel never = Panel(endpoints: 2, policy);

        landed.Hear(new Word("a", Landed(), new FinalHead(999_999, "invented")));
        never.Hear(new Word("a", Never(NeverReason.Expired), null));

        landed.Conclude().ShouldBeOfType<Observation.Landed>();
        // Nobody stands beside it: its head must not shut out the others.
        landed.Head.ShouldBeNull();
        never.Conclude().ShouldBeOfType<Observation.Unknown>();
    }

    [Fact]
    public void All_riders_together_count_for_the_amount()
    {
        var policy = new EndpointPolicy { AgreeOnLandedFromMicro = 1_000_000 };
        Panel panel = Panel(endpoints: 2, policy);

        panel.Hear(new Word("a", Landed(), null));

        panel.IsSettled.ShouldBeFalse();
    }

    [Fact]
    public void A_single_endpoint_lands_by_one_word_and_must_say_never_twice()
    {
        Panel landed = Panel(endpoints: 1);
        Panel never = Panel(endpoints: 1);

        landed.Hear(new Word("a", Landed(), new FinalHead(10, "x")));
        never.Hear(new Word("a", Never(NeverReason.Expired), null));

        landed.Conclude().ShouldBeOfType<Observation.Landed>();
        landed.Head.ShouldBe(new FinalHead(10, "x"));
        never.Conclude().ShouldBeOfType<Observation.Unknown>();
        never.Hear(new Word("a", Never(NeverReason.Expired), null));
        never.Conclude().ShouldBeOfType<Observation.Never>();
    }

    [Fact]
    public void R23_A_contradiction_that_another_endpoint_does_not_see_freezes_nothing()
    {
        foreach (Observation other in (Observation[])[Landed(), NotSeen, Included])
        {
            Panel panel = Panel(endpoints: 2);

            panel.Hear(new Word("a", Contradiction(), null));
            panel.Hear(new Word("b", other, null));

            panel.Conclude().ShouldBeOfType<Observation.Unknown>();
        }
    }

    [Fact]
    public void A_contradiction_that_nobody_can_be_heard_against_freezes()
    {
        Panel panel = Panel(endpoints: 2);

        panel.Hear(new Word("a", Contradiction(), null));
        panel.Hear(new Word("b", Silent, null));

        panel.Conclude().ShouldBeOfType<Observation.Contradiction>();
    }

    [Fact]
    public void What_ends_nothing_needs_one_word()
    {
        foreach (Observation word in (Observation[])[NotSeen, Included])
        {
            Panel panel = Panel(endpoints: 2);

            panel.Hear(new Word("a", Silent, null));
            panel.Hear(new Word("b", word, null));

            panel.IsSettled.ShouldBeTrue();
            panel.Conclude().ShouldBe(word);
        }
    }

    [Fact]
    public void R29_Silence_of_all_is_unknown_with_every_cause()
    {
        Panel panel = Panel(endpoints: 2);

        panel.Hear(new Word("a", Silent, null));
        panel.Hear(new Word("b", new Observation.Unknown("reset"), null));

        panel.Conclude().ShouldBeOfType<Observation.Unknown>().Cause.ShouldBe("HTTP 503; reset");
    }

    private static Panel Panel(int endpoints, EndpointPolicy? policy = null) =>
        new(
            policy ?? new EndpointPolicy(),
            new OpenTransaction(
                "wallet",
                7,
                null,
                [new StoredAttempt("0xa", new byte[] { 1 })],
                [new TransferOrder(1, "x", 400_000), new TransferOrder(2, "y", 600_000)]
            ),
            endpoints
        );

    private static Observation.Landed Landed(
        string id = "0xa",
        int block = 7,
        bool paid = true,
        bool extra = false,
        string endpoint = "a"
    )
    {
        var proof = new JsonObject
        {
            ["block"] = block,
            ["finality"] = new JsonObject { ["endpoint"] = endpoint },
        };
        if (extra)
            proof["extra"] = 1;
        return new Observation.Landed(
            id,
            [
                new TransferResult(true, Evidence.Of(new JsonObject { ["logIndex"] = 1 })),
                new TransferResult(paid, Evidence.Of(new JsonObject { ["logIndex"] = 2 })),
            ],
            Evidence.Of(proof)
        );
    }

    private static Observation.Never Never(NeverReason reason) =>
        new(reason, Evidence.Of(new JsonObject { ["block"] = 7 }));

    private static Observation.Contradiction Contradiction() =>
        new("not ours", Evidence.Of(new JsonObject { ["nonce"] = 7 }));

    private static JsonElement ProofOf(Observation observation) =>
        JsonElement.Parse(
            observation switch
            {
                Observation.Landed landed => landed.Proof.Json,
                Observation.Never never => never.Proof.Json,
                _ => throw new InvalidOperationException(observation.ToString()),
            }
        );
}

using System.Text.Json;
using Settlement.Chains.JsonRpc;

namespace Settlement.Chains.Tests;

public sealed class JsonRpcClientSpecs
{
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("\"0x1\"")]
    [InlineData("null")]
    [InlineData("{\"a\":[1,2]}")]
    public async Task A_result_is_a_result_even_when_it_is_null(string json)
    {
        JsonElement value = JsonSerializer.Deserialize<JsonElement>(json);

        JsonRpcReply reply = await AskAsync(new ScriptedReply.Result(value));

        reply.ShouldBeOfType<JsonRpcReply.Result>().Value.GetRawText().ShouldBe(json);
    }

    [Fact]
    public async Task A_stated_error_keeps_its_code_its_words_and_its_data()
    {
        JsonRpcReply reply = await AskAsync(new ScriptedReply.Error("nonce too low", -32000, "0x"));

        JsonRpcReply.Error error = reply.ShouldBeOfType<JsonRpcReply.Error>();
        error.Code.ShouldBe(-32000);
        error.Message.ShouldBe("nonce too low");
        error.Data.ShouldNotBeNull().GetString().ShouldBe("0x");
    }

    [Fact]
    public async Task An_error_that_comes_with_HTTP_400_is_still_stated()
    {
        JsonRpcReply reply = await AskAsync(
            new ScriptedReply.Http(
                400,
                """{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"invalid"}}"""
            )
        );

        reply.ShouldBeOfType<JsonRpcReply.Error>().Code.ShouldBe(-32602);
    }

    public static TheoryData<ScriptedReply> UnusableReplies =>
        [
            new ScriptedReply.Http(429, """{"jsonrpc":"2.0","id":1,"result":"0x1"}"""),
            new ScriptedReply.Http(500, "oops"),
            new ScriptedReply.Http(502, """{"jsonrpc":"2.0","id":1,"error":{"code":1}}"""),
            new ScriptedReply.Http(200, "<html>Just a moment...</html>"),
            new ScriptedReply.Http(200, ""),
            new ScriptedReply.Http(200, "[]"),
            new ScriptedReply.Http(200, """{"jsonrpc":"2.0","id":1,"resu"""),
            new ScriptedReply.Http(200, """{"jsonrpc":"2.0","id":1}"""),
            new ScriptedReply.Http(200, """{"jsonrpc":"2.0","id":null,"result":"0x1"}"""),
            new ScriptedReply.Http(200, """{"jsonrpc":"2.0","id":1,"error":"bad"}"""),
            new ScriptedReply.Http(200, """{"jsonrpc":"2.0","id":1,"error":{"code":"a"}}"""),
            new ScriptedReply.Http(200, "\"" + new string('a', 9 * 1024 * 1024) + "\""),
            new ScriptedReply.Http(
                200,
                """{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"\ud800"}}"""
            ),
            new ScriptedReply.Result("0x1", IdOffset: 1),
            new ScriptedReply.Reset(),
        ];

    [Theory]
    [MemberData(nameof(UnusableReplies), DisableDiscoveryEnumeration = true)]
    public async Task R4_R5_Anything_else_is_no_answer(ScriptedReply scripted)
    {
        JsonRpcReply reply = await AskAsync(scripted);

        reply.ShouldBeOfType<JsonRpcReply.NoAnswer>().Cause.ShouldStartWith("eth_test: ");
    }

    [Fact]
    public async Task Silence_ends_with_the_timeout_and_is_no_answer()
    {
        JsonRpcReply reply = await AskAsync(
            new ScriptedReply.Silence(),
            TimeSpan.FromMilliseconds(100)
        );

        reply.ShouldBeOfType<JsonRpcReply.NoAnswer>().Cause.ShouldContain("no answer within 0.1 s");
    }

    [Fact]
    public async Task R1_A_refused_connection_is_no_answer()
    {
        using var http = new HttpClient();
        var client = new JsonRpcClient(http, new Uri("http://127.0.0.1:1"), Patient);

        JsonRpcReply reply = await client.CallAsync("eth_test", [], CancellationToken.None);

        reply.ShouldBeOfType<JsonRpcReply.NoAnswer>();
    }

    [Fact]
    public async Task The_callers_cancellation_is_not_an_answer_at_all()
    {
        using var cancelled = new CancellationTokenSource();
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync(_ =>
        {
            cancelled.Cancel();
            return new ScriptedReply.Silence();
        });
        using var http = new HttpClient();
        var client = new JsonRpcClient(http, endpoint.Url, Patient);

        await Should.ThrowAsync<OperationCanceledException>(() =>
            client.CallAsync("eth_test", [], cancelled.Token)
        );
    }

    [Fact]
    public void The_endpoints_name_holds_no_key()
    {
        using var http = new HttpClient();
        var client = new JsonRpcClient(http, new Uri("https://u:p@rpc.test/v3/key?k=1"), Patient);

        client.EndpointName.ShouldBe("rpc.test");
    }

    private static async Task<JsonRpcReply> AskAsync(ScriptedReply reply, TimeSpan? timeout = null)
    {
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync(_ => reply);
        using var http = new HttpClient();
        var client = new JsonRpcClient(http, endpoint.Url, timeout ?? Patient);
        return await client.CallAsync("eth_test", [1, "a"], CancellationToken.None);
    }
}

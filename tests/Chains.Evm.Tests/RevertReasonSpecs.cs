using System.Text.Json;
using Settlement.Chains.Evm.Rpc;
using Settlement.Chains.Evm.Tests.Scripted;

namespace Settlement.Chains.Evm.Tests;

public sealed class RevertReasonSpecs
{
    private const string Text = "Blacklistable: account is blacklisted";

    // Placeholders: the revert data of Text.
    [Theory]
    [InlineData(3, "execution reverted", "\"DATA\"")] // geth
    [InlineData(-32015, "VM execution error.", "\"Reverted DATA\"")] // Nethermind, OpenEthereum
    [InlineData(-32000, "Execution reverted", "\"DATA\"")] // Besu
    [InlineData(-32603, "Internal error", "{\"data\":\"DATA\"}")]
    [InlineData(-32603, "Internal error", "{\"originalError\":{\"code\":3,\"data\":\"DATA\"}}")]
    [InlineData(-32000, "VM Exception", "{\"0xabc\":{\"error\":\"revert\",\"return\":\"DATA\"}}")]
    public void The_contracts_words_are_found_in_every_clients_place(
        int code,
        string message,
        string data
    )
    {
        data = data.Replace("DATA", ScriptedEvmNode.RevertData(Text), StringComparison.Ordinal);

        RevertReason reason = RevertReason.Read(
            new EvmError(code, message, JsonElement.Parse(data))
        );

        reason.ShouldBe(new RevertReason(Text, IsRevert: true));
    }

    [Theory]
    [InlineData(3, "execution reverted: Pausable: paused")]
    [InlineData(-32000, "execution reverted: Pausable: paused")]
    [InlineData(-32603, "VM Exception while processing transaction: revert Pausable: paused")]
    public void Words_in_the_message_alone_are_a_revert_too(int code, string message)
    {
        RevertReason
            .Read(new EvmError(code, message, null))
            .ShouldBe(new RevertReason(message, IsRevert: true));
    }

    [Theory]
    [InlineData(
        "0x4e487b710000000000000000000000000000000000000000000000000000000000000011",
        "panic 17"
    )]
    [InlineData("0xd93c0665", "EnforcedPause")]
    [InlineData("0xdeadbeef00", "custom error 0xdeadbeef")]
    public void Panics_and_custom_errors_are_named(string data, string text)
    {
        JsonElement element = JsonSerializer.SerializeToElement(data);

        RevertReason
            .Read(new EvmError(3, "execution reverted", element))
            .ShouldBe(new RevertReason(text, IsRevert: true));
    }

    [Theory]
    [InlineData("\"0x08c379a0\"")]
    [InlineData("\"0x08c379a0ff\"")]
    [InlineData("\"0x\"")]
    [InlineData("\"0xzz\"")]
    [InlineData("17")]
    [InlineData("\"0x\\ud800\"")]
    [InlineData("[]")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"data\":\"0xdeadbeef\"}}}}}")]
    public void Broken_data_falls_back_to_the_message(string data)
    {
        RevertReason
            .Read(new EvmError(3, "execution reverted", JsonElement.Parse(data)))
            .ShouldBe(new RevertReason("execution reverted", IsRevert: true));
    }

    [Theory]
    [InlineData("header not found")]
    [InlineData("missing trie node 0xabcd (path 0a) state 0x12 is not available")]
    [InlineData("rate limit exceeded")]
    public void The_nodes_own_troubles_are_no_revert(string message)
    {
        RevertReason.Read(new EvmError(-32000, message, null)).IsRevert.ShouldBeFalse();
    }

    [Fact]
    public void Long_words_are_cut()
    {
        RevertReason.Read(new EvmError(3, new string('a', 1_000), null)).Text.Length.ShouldBe(300);
    }
}

using Xunit;

namespace Settlement.Api.Tests;

public sealed class OwnWalletSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string EthereumWallet = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";

    [Theory]
    [InlineData("ethereum", ApiServer.PolygonWallet)]
    [InlineData("ethereum", "0x70997970c51812dc3a010c7d01b50e0d17dc79c8")]
    [InlineData("polygon", EthereumWallet)]
    public async Task A_hot_wallet_of_another_network_is_no_destination(
        string network,
        string address
    )
    {
        await using ApiServer server = await ApiServer.StartAsync(
            api.Database,
            ("Networks:ethereum:Kind", "evm"),
            ("Networks:ethereum:Token", ApiServer.PolygonToken),
            ("Networks:ethereum:Wallet", EthereumWallet)
        );
        ApiClient user = await Given.UserAsync(server, 50_000_000);

        ApiAnswer answer = await user.PostAsync(
            "/v1/referrals/payouts",
            Given.CreateBody(25_000_000, network, address)
        );

        answer.ShouldBeError(400, "payout_address_invalid");
    }
}

using Shouldly;
using Xunit;

namespace Settlement.Api.Tests.Operators;

public sealed class ExportAllSpecs(ApiFixture api) : IClassFixture<ApiFixture>
{
    private const string Export = "/v1/admin/referrals/payouts/export.csv";

    [Fact]
    public async Task The_columns_that_are_asked_for_come_in_their_order()
    {
        ApiClient user = await api.UserWithAsync(100_000_000);
        Guid first = await user.CreatePayoutAsync(10_000_000);
        Guid second = await user.CreatePayoutAsync(20_000_000, "=cmd()");

        ApiAnswer answer = await api.Operator.GetAsync(
            $"{Export}?user_id={user.UserId}&columns=amount,id,nonsense,client_reference,id&sort=requested_at"
        );

        answer.Header("Content-Type").ShouldBe("text/csv; charset=utf-8");
        answer.Text.ShouldBe(
            $"amount,id,client_reference\r\n10.000000,{first},\r\n20.000000,{second},\"'=cmd()\"\r\n"
        );
    }

    [Theory]
    [InlineData("columns=nonsense", 23)]
    [InlineData("columns=", 23)]
    [InlineData("columns=id", 1)]
    public async Task Without_a_known_column_all_of_them_come(string query, int columns)
    {
        ApiAnswer answer = await api.Operator.GetAsync($"{Export}?{query}&from=tomorrow");

        answer.Text.Split("\r\n")[0].Split(',').Length.ShouldBe(columns);
        answer.Text.Split("\r\n")[1].ShouldBeEmpty();
    }
}

using Npgsql;
using Settlement.Bench;
using Settlement.Bench.Scenarios;
using Settlement.Payouts.Database;

// Started by bench/run: "settle" while API and worker run, "accept" while only the API runs.
await using NpgsqlDataSource database = SettlementDatabase.Open(
    Settings.Database,
    "settlement-bench"
);
User[] users = await Users.MakeAsync(database, 500);
var table = new Table();
switch (args)
{
    case ["settle"]:
        await SettlingReport.WriteAsync(table, database, users);
        return 0;
    case ["accept"]:
        await new AcceptScenario(database, users).RunAsync(table);
        return 0;
    default:
        await Console.Error.WriteLineAsync("Start bench/run.");
        return 2;
}

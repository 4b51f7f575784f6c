using Npgsql;
using Settlement.Api.Http;
using Settlement.Hosting.Start;
using Settlement.Payouts.Database;
using Settlement.Payouts.Sessions;
using Settlement.Payouts.Tokens;

namespace Settlement.Api.Configuration;

/// <summary>What the program does besides serving. Needs the database's configuration at most.</summary>
internal static class Commands
{
    private static readonly TimeSpan s_sessionLifetime = TimeSpan.FromDays(30);
    private static readonly TimeSpan s_tokenLifetime = TimeSpan.FromDays(365);

    /// <summary>Runs the command that was given, if any.</summary>
    /// <returns>The exit code, or null when the host is to serve.</returns>
    public static async Task<int?> RunAsync(string[] args) =>
        args switch
        {
            ["migrate", ..] => await MigrateAsync(args),
            ["session", var user, ..] when Guid.TryParse(user, out Guid id) =>
                await StartSessionAsync(args, id),
            ["token", var name, var scopes, ..] => await IssueTokenAsync(args, name, scopes),
            ["errors"] => await PrintAsync(ErrorPage.Write()),
            [var word, ..] when !word.StartsWith('-') => await RefuseAsync(word),
            _ => null,
        };

    /// <summary>Migrates before serving, where <c>Database:MigrateOnStart</c> says so.</summary>
    public static async Task MigrateOnStartAsync(WebApplication app)
    {
        if (app.Configuration.GetValue<bool>("Database:MigrateOnStart"))
            await app.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
    }

    private static async Task<int> MigrateAsync(string[] args)
    {
        await using ServiceProvider services = Database(args);
        IReadOnlyList<string> ran = await services
            .GetRequiredService<Migrator>()
            .MigrateAsync(CancellationToken.None);
        return await PrintAsync(
            ran.Count == 0 ? "The database is up to date.\n" : $"Ran {string.Join(", ", ran)}.\n"
        );
    }

    // For development and support: whoever can run it can write the database anyway.
    private static async Task<int> StartSessionAsync(string[] args, Guid user)
    {
        await using ServiceProvider services = Database(args);
        string token = await new UserSessions(
            services.GetRequiredService<NpgsqlDataSource>()
        ).StartAsync(user, s_sessionLifetime, CancellationToken.None);
        return await PrintAsync($"{token}\n");
    }

    private static async Task<int> IssueTokenAsync(string[] args, string name, string scopes)
    {
        string[] asked = scopes.Split(',');
        if (asked.FirstOrDefault(s => !Scopes.All.Contains(s)) is { } unknown)
        {
            await Console.Error.WriteLineAsync(
                $"There is no scope \"{unknown}\": give some of {string.Join(',', Scopes.All)}."
            );
            return 2;
        }
        await using ServiceProvider services = Database(args);
        string token = await new ApiTokens(
            services.GetRequiredService<NpgsqlDataSource>()
        ).IssueAsync(name, asked, s_tokenLifetime, CancellationToken.None);
        return await PrintAsync($"{token}\n");
    }

    private static ServiceProvider Database(string[] args)
    {
        IConfiguration configuration = WebApplication.CreateSlimBuilder(args).Configuration;
        return new ServiceCollection()
            .AddSettlementDatabase(configuration, "settlement-command")
            .BuildServiceProvider();
    }

    private static async Task<int> PrintAsync(string text)
    {
        await Console.Out.WriteAsync(text);
        return 0;
    }

    private static async Task<int> RefuseAsync(string word)
    {
        await Console.Error.WriteLineAsync(
            $"There is no command \"{word}\": give migrate, session <user id>, token <name> <scope,…>, errors, or nothing to serve."
        );
        return 2;
    }
}

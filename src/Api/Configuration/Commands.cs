using Settlement.Api.Http;
using Settlement.Payouts.Database;
using Settlement.Payouts.Sessions;

namespace Settlement.Api.Configuration;

/// <summary>What the program does besides serving: migrate, session, errors.</summary>
internal static class Commands
{
    private static readonly TimeSpan s_sessionLifetime = TimeSpan.FromDays(30);

    /// <summary>Runs the command that was given.</summary>
    /// <returns>The exit code, or null when the host is to serve.</returns>
    public static async Task<int?> RunAsync(WebApplication app, string[] args) =>
        args switch
        {
            ["migrate", ..] => await MigrateAsync(app),
            ["session", var user, ..] when Guid.TryParse(user, out Guid id) =>
                await StartSessionAsync(app, id),
            ["errors", ..] => await PrintAsync(ErrorPage.Write()),
            [var word, ..]
                when !word.StartsWith('-') && !word.Contains('=', StringComparison.Ordinal) =>
                await RefuseAsync(word),
            _ => await MigrateOnStartAsync(app),
        };

    private static async Task<int?> MigrateOnStartAsync(WebApplication app)
    {
        if (app.Configuration.GetValue<bool>("Database:MigrateOnStart"))
            await app.Services.GetRequiredService<Migrator>().MigrateAsync(CancellationToken.None);
        return null;
    }

    private static async Task<int> MigrateAsync(WebApplication app)
    {
        IReadOnlyList<string> ran = await app
            .Services.GetRequiredService<Migrator>()
            .MigrateAsync(CancellationToken.None);
        return await PrintAsync(
            ran.Count == 0 ? "The database is up to date.\n" : $"Ran {string.Join(", ", ran)}.\n"
        );
    }

    // For development and support: whoever can run it can read the database anyway.
    private static async Task<int> StartSessionAsync(WebApplication app, Guid user)
    {
        string token = await app
            .Services.GetRequiredService<UserSessions>()
            .StartAsync(user, s_sessionLifetime, CancellationToken.None);
        return await PrintAsync($"{token}\n");
    }

    private static async Task<int> PrintAsync(string text)
    {
        await Console.Out.WriteAsync(text);
        return 0;
    }

    private static async Task<int> RefuseAsync(string word)
    {
        await Console.Error.WriteLineAsync(
            $"There is no command \"{word}\": give migrate, session <user id>, errors, or nothing to serve."
        );
        return 2;
    }
}

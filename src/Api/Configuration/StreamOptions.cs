using Settlement.Hosting.Start;

namespace Settlement.Api.Configuration;

/// <summary>Section <c>Streams</c>: how many users may listen to changes at once, in one process.</summary>
public sealed record StreamOptions
{
    public const string Section = "Streams";

    /// <summary>Open streams of one user: a few tabs and a phone.</summary>
    public int PerUser { get; init; } = 5;

    /// <summary>Open streams of all users. Each holds a connection and some kilobytes.</summary>
    public int Total { get; init; } = 5_000;

    /// <summary>How often the database is asked for changes while anybody listens.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a silent stream says that it lives, and looks whether its session does.</summary>
    public TimeSpan BeatEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="StartRefusedException">A value is unusable.</exception>
    public static StreamOptions Read(IConfiguration configuration)
    {
        StreamOptions options = configuration.GetSection(Section).Get<StreamOptions>() ?? new();
        bool isUsable =
            options is { PerUser: >= 0, Total: >= 0 }
            && options.PollEvery > TimeSpan.Zero
            && options.BeatEvery > TimeSpan.Zero;
        return isUsable
            ? options
            : throw new StartRefusedException(
                "Streams: PerUser and Total must be 0 or more, PollEvery and BeatEvery longer than nothing, such as 00:00:15."
            );
    }
}

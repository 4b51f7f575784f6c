namespace Settlement.Payouts.Tests.Database.Hostile;

/// <summary>A write for which the application has no grant. They are written down in Attacks/grants.sql.</summary>
/// <param name="Name">As a sentence.</param>
/// <param name="Opening">What would have to be granted.</param>
/// <param name="Next">The law that refuses all the same once it is granted. Null: then the write passes.</param>
/// <param name="Sql">The write.</param>
public sealed record MissingGrant(string Name, string Opening, string? Next, string Sql)
{
    public static IReadOnlyList<MissingGrant> All { get; } =
        Paragraph
            .Of("grants.sql")
            .Where(p => p.After("opened by ") is not null)
            .Select(p => new MissingGrant(
                p.Name,
                p.After("opened by ")!,
                p.After("without it "),
                p.Sql
            ))
            .ToList();
}

using System.Text.RegularExpressions;

namespace Settlement.Chains;

/// <summary>The name of a network, such as <c>solana</c> or <c>polygon</c>. Always lower case.</summary>
public readonly partial record struct NetworkId
{
    private readonly string? _name;

    /// <summary>Names a network.</summary>
    /// <param name="name">1 to 32 characters: lower-case letters, digits, hyphens.</param>
    /// <exception cref="ArgumentException">The name has another shape.</exception>
    public NetworkId(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Shape().IsMatch(name))
            throw new ArgumentException($"\"{name}\" is not a network name.", nameof(name));
        _name = name;
    }

    /// <summary>The name; empty for the default value.</summary>
    public string Name => _name ?? "";

    /// <inheritdoc />
    public override string ToString() => Name;

    [GeneratedRegex("^[a-z0-9-]{1,32}$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Shape();
}

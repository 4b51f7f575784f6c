using System.Text;

namespace Settlement.Payouts;

/// <summary>Turns an enum's name into the word used in the database and on the wire: FeeAboveCap → fee_above_cap.</summary>
public static class SnakeCase
{
    /// <summary>The word for a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        string name = value.ToString();
        var word = new StringBuilder(name.Length + 4);
        foreach (char c in name)
        {
            if (char.IsUpper(c) && word.Length > 0)
                word.Append('_');
            word.Append(char.ToLowerInvariant(c));
        }
        return word.ToString();
    }

    /// <summary>The value of a word; null when the enum has no such value.</summary>
    public static T? TryParse<T>(string word)
        where T : struct, Enum
    {
        ArgumentNullException.ThrowIfNull(word);
        string name = word.Replace("_", "", StringComparison.Ordinal);
        return Enum.TryParse(name, ignoreCase: true, out T value) && Enum.IsDefined(value)
            ? value
            : null;
    }
}

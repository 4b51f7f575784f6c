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
}

using System.Runtime.InteropServices;
using System.Text.Json;

namespace Settlement.Api.Http;

/// <summary>A parsed body. Names are matched exactly; names that nobody asks for are ignored.</summary>
internal sealed class JsonBody(JsonDocument document) : IDisposable
{
    /// <summary>A text field.</summary>
    public Field<string> Text(string name) =>
        TryFind(name, out JsonElement value) ? Read(value) : Field<string>.Absent;

    private static Field<string> Read(JsonElement value)
    {
        if (value.ValueKind is not JsonValueKind.String)
            return Field<string>.WrongType;
        try
        {
            string text = value.GetString()!;
            // PostgreSQL cannot store U+0000 in text.
            return text.Contains('\0', StringComparison.Ordinal)
                ? Field<string>.WrongType
                : Field<string>.Of(text);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is no text.
            return Field<string>.WrongType;
        }
    }

    /// <summary>A list of texts.</summary>
    public Field<IReadOnlyList<string>> Texts(string name)
    {
        if (!TryFind(name, out JsonElement value))
            return Field<IReadOnlyList<string>>.Absent;
        if (value.ValueKind is not JsonValueKind.Array)
            return Field<IReadOnlyList<string>>.WrongType;
        var texts = new List<string>();
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (!Read(item).Has(out string text))
                return Field<IReadOnlyList<string>>.WrongType;
            texts.Add(text);
        }
        return Field<IReadOnlyList<string>>.Of(texts);
    }

    /// <summary>A whole number in plain digits: no fraction, no exponent, no quotes, within 64 bits.</summary>
    public Field<long> Integer(string name)
    {
        if (!TryFind(name, out JsonElement value))
            return Field<long>.Absent;
        return
            value.ValueKind is JsonValueKind.Number
            && !JsonMarshal.GetRawUtf8Value(value).ContainsAny(".eE"u8)
            && value.TryGetInt64(out long number)
            ? Field<long>.Of(number)
            : Field<long>.WrongType;
    }

    /// <summary>True or false.</summary>
    public Field<bool> Flag(string name)
    {
        if (!TryFind(name, out JsonElement value))
            return Field<bool>.Absent;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? Field<bool>.Of(value.GetBoolean())
            : Field<bool>.WrongType;
    }

    public void Dispose() => document.Dispose();

    // null says no more than leaving the name out.
    private bool TryFind(string name, out JsonElement value) =>
        document.RootElement.TryGetProperty(name, out value)
        && value.ValueKind is not JsonValueKind.Null;
}

/// <summary>What was found under a name: nothing (also null), a value, or something of another type.</summary>
internal readonly record struct Field<T>
{
    private readonly T _value;
    private readonly bool _isPresent;

    private Field(T value, bool isPresent, bool isWrong)
    {
        _value = value;
        _isPresent = isPresent;
        IsWrong = isWrong;
    }

    public static Field<T> Absent => default;
    public static Field<T> WrongType => new(default!, isPresent: false, isWrong: true);

    public bool IsWrong { get; }

    public static Field<T> Of(T value) => new(value, isPresent: true, isWrong: false);

    /// <summary>The value, where there is one of the right type.</summary>
    public bool Has(out T value)
    {
        value = _value;
        return _isPresent;
    }

    /// <summary>The value, or the default where there is none.</summary>
    public T? OrDefault() => _isPresent ? _value : default;
}

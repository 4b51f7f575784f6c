namespace Settlement.Chains;

/// <summary>What a network accepts as a destination. Pure: needs no node and no key, so the API may hold it.</summary>
public interface IAddressFormat
{
    /// <summary>The network whose rules these are.</summary>
    NetworkId Network { get; }

    /// <summary>Judges a destination.</summary>
    /// <param name="address">As the user wrote it; outer whitespace is ignored.</param>
    /// <returns><see cref="AddressVerdict.Valid"/> or <see cref="AddressVerdict.Invalid"/>.</returns>
    AddressVerdict Check(string address);
}

/// <summary>The answer of <see cref="IAddressFormat.Check"/>.</summary>
public abstract record AddressVerdict
{
    private AddressVerdict() { }

    /// <summary>The destination can be paid.</summary>
    /// <param name="Address">Trimmed, otherwise as written.</param>
    public sealed record Valid(string Address) : AddressVerdict;

    /// <summary>The destination cannot be paid.</summary>
    /// <param name="Problem">One sentence for the user that names what is wrong: length, checksum, wrong network.</param>
    public sealed record Invalid(string Problem) : AddressVerdict;
}

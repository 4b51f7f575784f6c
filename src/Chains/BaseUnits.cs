namespace Settlement.Chains;

/// <summary>Converts micro-units (1,000,000 = 1.00) to an asset's smallest units, exactly.</summary>
public static class BaseUnits
{
    /// <summary>Decimals of a micro-unit. An asset with fewer cannot express one and is refused at start-up.</summary>
    public const int MicroDecimals = 6;

    /// <summary>The most decimals whose amounts fit 128 bits for every int64 amount.</summary>
    public const int MaxDecimals = 24;

    /// <summary>Converts an amount.</summary>
    /// <param name="amountMicro">Micro-units, zero or greater.</param>
    /// <param name="decimals">The asset's decimals, 6 to 24.</param>
    /// <returns>Base units: <paramref name="amountMicro"/> × 10^(<paramref name="decimals"/> − 6).</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static UInt128 FromMicro(long amountMicro, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amountMicro);
        ArgumentOutOfRangeException.ThrowIfLessThan(decimals, MicroDecimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxDecimals);
        UInt128 units = (UInt128)amountMicro;
        for (int i = MicroDecimals; i < decimals; i++)
            units *= 10;
        return units;
    }
}

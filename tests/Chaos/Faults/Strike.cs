namespace Settlement.Chaos.Faults;

/// <summary>Carries one kind of fault out, and returns when it is over.</summary>
/// <returns>Whom it met, and how; null when it met nobody and does not count.</returns>
internal delegate Task<string?> Strike(Dice dice);

namespace Settlement.Payouts.Tests.Ledger;

/// <summary>A user's money in a few lines of arithmetic, written without a look at the schema.</summary>
internal sealed class BalanceModel
{
    private readonly List<long> _payouts = [];
    private long _due;
    private long _locked;

    public long Posted { get; private set; }
    public long Reserved { get; private set; }
    public long Owed { get; private set; }

    public bool Apply(BalanceStep step)
    {
        switch (step)
        {
            case BalanceStep.Earn { Locked: true } earn:
                _locked += earn.Micro;
                Settle();
                return true;
            case BalanceStep.Earn earn:
                _due += earn.Micro;
                Settle();
                return true;
            case BalanceStep.TakeBack takeBack:
                Owed += takeBack.Micro;
                Settle();
                return true;
            case BalanceStep.Unlock:
                _due += _locked;
                _locked = 0;
                return true;
            case BalanceStep.Ask ask:
                Settle();
                if (Posted - Reserved < ask.Micro)
                    return false;
                Reserved += ask.Micro;
                _payouts.Add(ask.Micro);
                return true;
            case BalanceStep.End end when _payouts.Count > 0:
                long micro = _payouts[^1];
                _payouts.RemoveAt(_payouts.Count - 1);
                Reserved -= micro;
                Posted -= end.Paid ? micro : 0;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whenever somebody earns, loses or asks: what is due is posted, then what is owed is taken.</summary>
    private void Settle()
    {
        Posted += _due;
        _due = 0;
        long taken = Math.Min(Owed, Posted - Reserved);
        Posted -= taken;
        Owed -= taken;
    }
}

/// <summary>What can happen to a user's money.</summary>
public abstract record BalanceStep
{
    private BalanceStep() { }

    /// <summary>A reward, at once or locked.</summary>
    public sealed record Earn(long Micro, bool Locked) : BalanceStep;

    /// <summary>A reversal.</summary>
    public sealed record TakeBack(long Micro) : BalanceStep;

    /// <summary>Time passes: everything that was locked is due.</summary>
    public sealed record Unlock : BalanceStep;

    /// <summary>A payout is asked for.</summary>
    public sealed record Ask(long Micro) : BalanceStep;

    /// <summary>The newest payout ends.</summary>
    public sealed record End(bool Paid) : BalanceStep;
}

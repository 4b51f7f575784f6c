namespace Settlement.Bench;

/// <summary>What was measured, one line each, as Markdown.</summary>
internal sealed class Table
{
    private bool _begun;

    public void Add(string what, string value, string mark = "")
    {
        if (!_begun)
            Console.WriteLine("| Figure | Measured | Mark |\n|---|---|---|");
        _begun = true;
        Console.WriteLine($"| {what} | {value} | {mark} |");
    }
}

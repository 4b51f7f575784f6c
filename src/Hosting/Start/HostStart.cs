using Microsoft.Extensions.Options;

namespace Settlement.Hosting.Start;

/// <summary>Turns what makes a start impossible into a sentence on standard error and exit code 1.</summary>
public static class HostStart
{
    /// <summary>Runs a host.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(Func<Task<int>> host)
    {
        try
        {
            return await host();
        }
        catch (StartRefusedException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OptionsValidationException e)
        {
            foreach (string sentence in e.Failures)
                await Console.Error.WriteLineAsync(sentence);
            return 1;
        }
    }
}

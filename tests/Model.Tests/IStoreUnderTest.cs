using Settlement.Model.Tests.Commands;
using Settlement.Model.Tests.Model;

namespace Settlement.Model.Tests;

/// <summary>A store that is held to the model, with the people and the networks of one sequence.</summary>
public interface IStoreUnderTest
{
    /// <summary>Asks it.</summary>
    /// <param name="world">What the model believes: tells what the command's indexes mean.</param>
    /// <param name="command">What to ask.</param>
    /// <param name="tag">The name of what it makes.</param>
    /// <returns>The answer in the model's words.</returns>
    Task<string> AskAsync(World world, Command command, int tag);

    /// <summary>As <see cref="Fingerprint.Rows"/>.</summary>
    Task<string> RowsAsync();

    /// <summary>The model's rows as far as this store keeps them.</summary>
    string Rows(World world);

    /// <summary>The model's answer as far as this store can give it.</summary>
    string Answer(string answer);
}

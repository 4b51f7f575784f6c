using Settlement.Simulation.Tests;

// Started by ./simulate. Under the test runner nobody asks for this.
if (SimulateCommand.Read(args) is not { } command)
{
    await Console.Error.WriteLineAsync(SimulateCommand.Usage);
    return 2;
}
return command.Run(Console.Out) ? 0 : 1;

using System.Runtime.InteropServices;
using Settlement.Chaos;

// Started by ./chaos, which has started the servers.
if (Plan.Read(args) is not { } plan)
{
    await Console.Error.WriteLineAsync("Usage: ./chaos [--minutes N] [--seed S]");
    return 2;
}

// The web server would take the signals for itself. What was started is ended by ./chaos.
using var interrupted = PosixSignalRegistration.Create(
    PosixSignal.SIGINT,
    _ => Environment.Exit(130)
);
using var terminated = PosixSignalRegistration.Create(
    PosixSignal.SIGTERM,
    _ => Environment.Exit(143)
);
Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;
return await new ChaosRun(plan, new Surroundings()).RunAsync() ? 0 : 1;

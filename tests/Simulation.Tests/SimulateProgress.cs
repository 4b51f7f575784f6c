using System.Globalization;

namespace Settlement.Simulation.Tests;

/// <summary>Tells once in a while how far a swarm is; on a terminal in one line that changes.</summary>
public sealed class SimulateProgress : IDisposable
{
    private const double MsPerYear = 365.25 * 24 * 3_600_000;

    private readonly Swarm _swarm;
    private readonly long _seeds;
    private readonly TextWriter _output;
    private readonly bool _isTerminal = !Console.IsOutputRedirected;
    private readonly Timer _timer;

    public SimulateProgress(Swarm swarm, long seeds, TextWriter output)
    {
        (_swarm, _seeds, _output) = (swarm, seeds, output);
        TimeSpan pause = TimeSpan.FromSeconds(_isTerminal ? 1 : 10);
        _timer = new Timer(_ => Tell(), null, pause, pause);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>The figures of all of them.</summary>
    public void Finish()
    {
        _timer.Change(Timeout.Infinite, Timeout.Infinite);
        lock (_timer)
        {
            if (_isTerminal)
                _output.WriteLine();
            Figures total = _swarm.Total;
            _output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{total.SimulatedMs / MsPerYear:N2} simulated years: {total}."
                )
            );
            _output.WriteLine(
                _swarm.Failures.Count == 0
                    ? "Everything held that must hold."
                    : $"{_swarm.Failures.Count} seeds went wrong:"
            );
        }
    }

    private void Tell()
    {
        lock (_timer)
        {
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{_swarm.Done:N0} of {_seeds:N0} seeds, {_swarm.SimulatedMs / MsPerYear:N2} simulated years, {_swarm.Failures.Count} went wrong"
            );
            if (_isTerminal)
                _output.Write($"\r{line}  ");
            else
                _output.WriteLine(line);
        }
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Settlement.TestKit;

namespace Settlement.Worker.Tests;

/// <summary>Every line that was logged.</summary>
public sealed class RecordedLogs : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public int Count(string part) =>
        _lines.Count(line => line.Contains(part, StringComparison.Ordinal));

    public Task HasAsync(string part) =>
        Eventually.BecomesAsync(() => Task.FromResult(Count(part) > 0), $"the log says: {part}");

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (IsEnabled(logLevel))
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception?.Message}");
    }

    public void Dispose() { }
}

using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Settlement.TestKit;
using Settlement.Webhooks.Deliveries;
using Settlement.Webhooks.Endpoints;
using Settlement.Webhooks.Secrets;
using Settlement.Webhooks.Sending;
using Xunit;

namespace Settlement.Webhooks.Tests;

/// <summary>A database of its own for a test, with endpoints and workers that send.</summary>
public sealed class AWorld : IAsyncLifetime
{
    private static readonly byte[] s_key = new byte[SecretBox.KeyLength];

    public static readonly Actor Operator = new("operator:tess", "req_test");

    private readonly SecretBox _box = new(s_key);

    public PostgresDatabase Database { get; } = new();

    public WebhookOptions Options { get; set; } =
        new() { AllowPrivateAddresses = true, Timeout = TimeSpan.FromSeconds(10) };

    public FanOut FanOut => new(Database.App);

    public WebhookEndpoints Endpoints => new(Database.App);

    public DeliveryQueries Deliveries => new(Database.App);

    public OrderDeliveries Orders => new(Database.App);

    public APayout Given => APayout.In(Database);

    public Task InitializeAsync() => Database.InitializeAsync();

    public async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        _box.Dispose();
    }

    /// <summary>An endpoint, and the secret that its owner got to see.</summary>
    public async Task<(Guid Id, string Secret)> ListenAsync(string url, params string[] events)
    {
        var id = Guid.CreateVersion7();
        byte[] secret = WebhookSecret.Make();
        EndpointOutcome outcome = await Endpoints.CreateAsync(
            new NewEndpoint(id, url, null, events is [] ? ["*"] : events, _box.Seal(id, secret)),
            Operator,
            null,
            default
        );
        Assert.Equal(EndpointOutcome.Done, outcome);
        return (id, WebhookSecret.Show(secret));
    }

    public async Task<string> RotateAsync(Guid endpoint, TimeSpan overlap)
    {
        byte[] secret = WebhookSecret.Make();
        EndpointOutcome outcome = await Endpoints.RotateAsync(
            endpoint,
            _box.Seal(endpoint, secret),
            overlap,
            Operator,
            null,
            default
        );
        Assert.Equal(EndpointOutcome.Done, outcome);
        return WebhookSecret.Show(secret);
    }

    /// <summary>A worker that sends; it writes results to another database where one is given.</summary>
    public AWorker Worker(NpgsqlDataSource? results = null) =>
        new(Database.App, results ?? Database.App, Options, _box);

    /// <summary>Fans out, sends everything that is due, and waits until it is written down.</summary>
    public async Task TellAsync()
    {
        while (await FanOut.ExecuteAsync(default) > 0) { }
        await using AWorker worker = Worker();
        while (await worker.RoundAsync() > 0)
            await worker.EmptyAsync();
    }

    /// <summary>Lets the time pass that deliveries wait for, a lease included.</summary>
    public Task LetTimePassAsync() =>
        ExecuteAsync("UPDATE webhook_deliveries SET due_at = now() WHERE status = 'pending'");

    public async Task<int> ExecuteAsync(string sql, object? values = null)
    {
        await using NpgsqlConnection connection = await Database.Owner.OpenConnectionAsync();
        return await connection.ExecuteAsync(sql, values);
    }

    public async Task<T> ReadAsync<T>(string sql, object? values = null)
    {
        await using NpgsqlConnection connection = await Database.Owner.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(sql, values);
    }

    public async Task<IReadOnlyList<Delivery>> SentToAsync(Guid endpoint) =>
        await Deliveries.ListAsync(endpoint, null, null, 200, default);
}

/// <summary>One process that sends.</summary>
public sealed class AWorker : IAsyncDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Courier _courier;

    internal AWorker(
        NpgsqlDataSource database,
        NpgsqlDataSource results,
        WebhookOptions options,
        SecretBox box
    )
    {
        _http = WebhookTransport.Create(options);
        Marks = new DeliveryMarks(
            new MarkDeliveries(results, options),
            TimeProvider.System,
            NullLogger<DeliveryMarks>.Instance
        );
        Sender = new WebhookSender(_http, box, options, TimeProvider.System);
        Claims = new ClaimDeliveries(database);
        _courier = new Courier(
            Claims,
            Sender,
            Marks,
            new CourierSettings($"test-{Guid.NewGuid():N}", options.Concurrency, options.Timeout)
        );
    }

    public ClaimDeliveries Claims { get; }

    public WebhookSender Sender { get; }

    public DeliveryMarks Marks { get; }

    /// <summary>Takes up what is due.</summary>
    public Task<int> RoundAsync() => _courier.RoundAsync(() => { }, default);

    public Task EmptyAsync() => _courier.EmptyAsync();

    public async ValueTask DisposeAsync()
    {
        await _courier.LeaveAsync();
        _courier.Dispose();
        _http.Dispose();
    }
}

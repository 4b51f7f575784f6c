using Settlement.Hosting.Health;
using Settlement.Hosting.Observability;
using Settlement.Hosting.Start;
using Settlement.Worker;
using Settlement.Worker.Health;
using Settlement.Worker.Networks;
using Settlement.Worker.Scheduling;
using Settlement.Worker.Settling;
using Settlement.Worker.Webhooks;

return await HostStart.RunAsync(async () =>
{
    WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
    builder.AddSettlementLogging();
    builder.AddSettlementTelemetry("settlement-worker");

    // The truth, and those who check it.
    builder.Services.AddSettlementDatabase(builder.Configuration, "settlement-worker");
    builder.Services.AddAuditing();
    if (args is [var command, ..] && !command.StartsWith('-'))
    {
        await using WebApplication tool = builder.Build();
        return await OperatorCommands.RunAsync(command, tool.Services, CancellationToken.None);
    }

    // What it works on, and the loops that find all of the work.
    WorkerOptions options = WorkerOptions.Read(builder.Configuration);
    IReadOnlyList<string> networks = builder.Services.AddChains(builder.Configuration);
    builder.Services.AddSettling(options);
    builder.Services.AddWebhooks(builder.Configuration);

    // Messages make it look sooner; the calendar makes it look again.
    builder.Services.AddHints(builder.Configuration, networks);
    builder.AddSchedule();

    builder.Services.AddWorkerHealth();
    WebApplication app = builder.Build();
    app.Services.OpenSigners(networks);
    app.MapSettlementHealth();
    app.MapSettlementMetrics();
    await app.RunAsync();
    return 0;
});

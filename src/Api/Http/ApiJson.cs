using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Settlement.Api.Endpoints;
using Settlement.Api.Operations;
using Settlement.Api.Streaming;
using Settlement.Api.Treasury;
using Settlement.Api.Webhooks;
using Settlement.Hosting.Health;

namespace Settlement.Api.Http;

/// <summary>Generated serializers for every body of this API: snake_case, and what is empty is left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTime)]
)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(OkView))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(ReadyView))]
[JsonSerializable(typeof(LiveView))]
[JsonSerializable(typeof(CreatePayoutBody))]
[JsonSerializable(typeof(PayoutView))]
[JsonSerializable(typeof(PayoutList))]
[JsonSerializable(typeof(MeView))]
[JsonSerializable(typeof(QuoteView))]
[JsonSerializable(typeof(RewardList))]
[JsonSerializable(typeof(Timeline))]
[JsonSerializable(typeof(OptionsView))]
[JsonSerializable(typeof(AddressBody))]
[JsonSerializable(typeof(AddressView))]
[JsonSerializable(typeof(AddressList))]
[JsonSerializable(typeof(BlockBody))]
[JsonSerializable(typeof(ChangeView))]
[JsonSerializable(typeof(ReceiptView))]
[JsonSerializable(typeof(SpendBody))]
[JsonSerializable(typeof(InvoiceBody))]
[JsonSerializable(typeof(CloseInvoiceBody))]
[JsonSerializable(typeof(SentBody))]
[JsonSerializable(typeof(FailedBody))]
[JsonSerializable(typeof(CancelOwnBody))]
[JsonSerializable(typeof(RetryBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(CancelAskedView))]
[JsonSerializable(typeof(RewardBody))]
[JsonSerializable(typeof(RewardView))]
[JsonSerializable(typeof(PauseBody))]
[JsonSerializable(typeof(PausesView))]
[JsonSerializable(typeof(PayoutDetailView))]
[JsonSerializable(typeof(AdminPayoutList))]
[JsonSerializable(typeof(SummaryView))]
[JsonSerializable(typeof(BulkBody))]
[JsonSerializable(typeof(BulkView))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(PayoutCheckView))]
[JsonSerializable(typeof(DecideBody))]
[JsonSerializable(typeof(AuditList))]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(NewTokenView))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(TreasuryView))]
[JsonSerializable(typeof(AcceptMissingBody))]
[JsonSerializable(typeof(AcceptedView))]
[JsonSerializable(typeof(ReconciliationView))]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(WebhookChangeBody))]
[JsonSerializable(typeof(WebhookRotateBody))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(WebhookList))]
[JsonSerializable(typeof(WebhookSecretView))]
[JsonSerializable(typeof(WebhookOrderView))]
[JsonSerializable(typeof(WebhookDeliveryView))]
[JsonSerializable(typeof(WebhookDeliveryList))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>RFC 3339 in UTC with as many decimals as needed: 2026-01-02T03:04:05Z, 2026-01-02T03:04:05.123456Z.</summary>
internal sealed class UtcTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => reader.GetDateTimeOffset();

    public override void Write(
        Utf8JsonWriter writer,
        DateTimeOffset value,
        JsonSerializerOptions options
    )
    {
        Span<byte> text = stackalloc byte[32];
        value.UtcDateTime.TryFormat(
            text,
            out int length,
            "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'",
            CultureInfo.InvariantCulture
        );
        writer.WriteStringValue(text[..length]);
    }
}

/// <summary>The body of a plain success: {"ok":true}.</summary>
public sealed record OkView(bool Ok);

using System.Text.Json.Serialization;
using Settlement.Api.Http;

namespace Settlement.Api.Affiliates;

/// <summary>Generated serializers of what affiliates' routes answer: every field is always there, and what is empty is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    Converters = [typeof(UtcTime)]
)]
[JsonSerializable(typeof(CommissionBody))]
[JsonSerializable(typeof(CommissionView))]
[JsonSerializable(typeof(ReverseBody))]
[JsonSerializable(typeof(ReversedView))]
[JsonSerializable(typeof(AffiliatePayoutBody))]
[JsonSerializable(typeof(AffiliatePayoutView))]
[JsonSerializable(typeof(AffiliatePayoutList))]
[JsonSerializable(typeof(RunBody))]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(MarkPaidBody))]
[JsonSerializable(typeof(WriteOffBody))]
[JsonSerializable(typeof(AffiliateBulkBody))]
[JsonSerializable(typeof(AffiliateBulkView))]
[JsonSerializable(typeof(VerifyBody))]
[JsonSerializable(typeof(VerifiedView))]
[JsonSerializable(typeof(PayeeBody))]
[JsonSerializable(typeof(PayeeView))]
[JsonSerializable(typeof(AffiliateTokenBody))]
[JsonSerializable(typeof(AffiliateTokenView))]
[JsonSerializable(typeof(CommissionList))]
[JsonSerializable(typeof(JudgedView))]
[JsonSerializable(typeof(AffiliatePayoutDetail))]
[JsonSerializable(typeof(ChainPayoutView))]
[JsonSerializable(typeof(OwnAccountView))]
[JsonSerializable(typeof(OwnPayoutList))]
internal sealed partial class AffiliateJson : JsonSerializerContext;

using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Settlement.Hosting.Observability;

/// <summary>Writes metrics in the text format of Prometheus, version 0.0.4.</summary>
/// <remarks>https://prometheus.io/docs/instrumenting/exposition_formats/; names as in the OpenTelemetry specification,
/// "Prometheus and OpenMetrics Compatibility", without units.</remarks>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(in Batch<Metric> metrics)
    {
        var text = new StringBuilder();
        foreach (Metric metric in metrics)
            Write(text, metric);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Metric metric)
    {
        string name = Name(metric.Name);
        (string type, string suffix) = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => ("counter", "_total"),
            MetricType.Histogram => ("histogram", ""),
            MetricType.LongGauge
            or MetricType.DoubleGauge
            or MetricType.LongSumNonMonotonic
            or MetricType.DoubleSumNonMonotonic => ("gauge", ""),
            _ => ("", ""),
        };
        // Exponential histograms have no place in this format; nobody asks for them.
        if (type.Length == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $"# TYPE {name}{suffix} {type}\n");
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            string labels = Labels(point);
            if (type is "histogram")
                WriteHistogram(text, name, labels, point);
            else
                WriteLine(text, $"{name}{suffix}", labels, Number(metric.MetricType, point));
        }
    }

    private static void WriteHistogram(
        StringBuilder text,
        string name,
        string labels,
        in MetricPoint point
    )
    {
        long count = 0;
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            string bound = double.IsPositiveInfinity(bucket.ExplicitBound)
                ? "+Inf"
                : Text(bucket.ExplicitBound);
            string le = $"le=\"{bound}\"";
            WriteLine(
                text,
                $"{name}_bucket",
                labels.Length == 0 ? le : $"{labels},{le}",
                Text(count)
            );
        }
        WriteLine(text, $"{name}_sum", labels, Text(point.GetHistogramSum()));
        WriteLine(text, $"{name}_count", labels, Text(point.GetHistogramCount()));
    }

    private static void WriteLine(StringBuilder text, string name, string labels, string value) =>
        text.Append(name)
            .Append(labels.Length == 0 ? "" : $"{{{labels}}}")
            .Append(' ')
            .Append(value)
            .Append('\n');

    private static string Number(MetricType type, in MetricPoint point) =>
        type switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => Text(point.GetSumLong()),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Text(point.GetSumDouble()),
            MetricType.LongGauge => Text(point.GetGaugeLastValueLong()),
            _ => Text(point.GetGaugeLastValueDouble()),
        };

    private static string Labels(in MetricPoint point)
    {
        List<string> labels = [];
        foreach (KeyValuePair<string, object?> tag in point.Tags)
            labels.Add($"{Name(tag.Key)}=\"{Escaped(tag.Value)}\"");
        return string.Join(',', labels);
    }

    private static string Escaped(object? value) =>
        (Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Name(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

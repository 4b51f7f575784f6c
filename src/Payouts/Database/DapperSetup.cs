using System.Data;
using Dapper;

namespace Settlement.Payouts.Database;

/// <summary>How Dapper reads our rows; registered once per process.</summary>
internal static class DapperSetup
{
    private static int s_done;

    public static void Ensure()
    {
        if (Interlocked.Exchange(ref s_done, 1) == 1)
            return;
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // timestamptz arrives as DateTime; without this a record with DateTimeOffset cannot be read.
        // https://github.com/DapperLib/Dapper/issues/1474
        SqlMapper.AddTypeHandler(new UtcDateTimeOffsetHandler());
    }

    private sealed class UtcDateTimeOffsetHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) =>
            value switch
            {
                DateTimeOffset offset => offset,
                DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
                _ => throw new DataException($"Cannot read {value.GetType().Name} as a time."),
            };

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) =>
            parameter.Value = value.UtcDateTime;
    }
}

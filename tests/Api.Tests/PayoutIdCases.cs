using Xunit;

namespace Settlement.Api.Tests;

/// <summary>Ids that are none.</summary>
public static class PayoutIdCases
{
    public static TheoryData<string> Malformed =>
        [
            "1",
            "abc",
            "9f1c0b7e4d2a4c8e9b3f1a2b3c4d5e6f",
            "%7B9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f%7D",
            "(9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f)",
            "9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6",
            "9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f0",
            "9f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6g",
            "%209f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f",
            "0x1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f00",
            "0x1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f",
            "+f1c0b7e-4d2a-4c8e-9b3f-1a2b3c4d5e6f",
            "9f1c0b7e-4d2a-4c8e9b3f-1a2b3c4d5e6f-",
        ];
}

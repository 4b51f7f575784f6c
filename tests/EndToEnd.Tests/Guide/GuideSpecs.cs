using Settlement.EndToEnd.Tests.Product;
using Shouldly;
using Xunit;

namespace Settlement.EndToEnd.Tests.Guide;

/// <summary>Whoever follows docs/api.md from top to bottom sees what it shows.</summary>
[Collection(RunningSystem.Name)]
[Trait("needs", "chains")]
public sealed class GuideSpecs(SettlementSystem system)
{
    [Fact]
    public async Task Every_command_works_and_every_answer_is_the_one_shown()
    {
        await system.EnsureWorkersAsync(1);
        IReadOnlyList<GuideStep> steps = GuidePage.Read(
            Path.Combine(Repository.Root, "docs", "api.md")
        );
        steps.Count(s => s.Answer is not null).ShouldBeGreaterThan(8);

        IReadOnlyList<string> outputs = await new GuideShell(
            await system.DemoEnvironmentAsync(100_000_000)
        ).RunAsync(steps);

        foreach ((GuideStep step, string output) in steps.Zip(outputs))
        {
            output.ShouldNotContain("\"internal\"", customMessage: step.Commands);
            if (step.Answer is null)
                continue;
            string? difference = AnswerShape.Difference(step.Answer, output);
            difference.ShouldBeNull($"{step.Commands}\nanswered\n{output}");
        }
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", null)]
    [InlineData("""{"a":"…"}""", """{"a":"x"}""", null)]
    [InlineData("""{"a":["…"]}""", """{"a":["x"]}""", null)]
    [InlineData("""{"a":1}""", """{"a":2}""", "$.a: 1 is shown, 2 was answered")]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""", "$: names are a, answered were a, b")]
    [InlineData("""{"a":1,"b":2}""", """{"a":1}""", "$: names are a, b, answered were a")]
    [InlineData("""{"a":"…"}""", """{"a":{}}""", "$.a: \"…\" is shown, {} was answered")]
    [InlineData("""{"a":1}""", "{}{}", "this is no JSON")]
    [InlineData("""{"a":["…"]}""", """{"a":[]}""", "$.a: 1 elements are shown, 0 were answered")]
    public void What_differs_is_told(string shown, string answered, string? difference) =>
        AnswerShape.Difference(shown, answered).ShouldBe(difference);
}

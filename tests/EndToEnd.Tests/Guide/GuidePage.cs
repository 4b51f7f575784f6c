namespace Settlement.EndToEnd.Tests.Guide;

/// <summary>Commands of a page, and the answer that stands right below them.</summary>
internal sealed record GuideStep(string Commands, string? Answer);

/// <summary>Reads the blocks of a Markdown page: sh is run, json right behind it is the answer.</summary>
internal static class GuidePage
{
    private const string Fence = "```";

    public static IReadOnlyList<GuideStep> Read(string file)
    {
        List<GuideStep> steps = [];
        string[] lines = File.ReadAllLines(file);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
                continue;
            string kind = lines[i][Fence.Length..];
            int end = Array.IndexOf(lines, Fence, i + 1);
            string block = string.Join('\n', lines[(i + 1)..end]);
            if (kind is "sh")
                steps.Add(new GuideStep(block, null));
            else if (kind is "json" && lines[i - 1] == Fence && steps is [.., { Answer: null }])
                steps[^1] = steps[^1] with { Answer = block };
            else
                throw new InvalidOperationException($"Line {i + 1}: a block that nothing runs.");
            i = end;
        }
        return steps;
    }
}

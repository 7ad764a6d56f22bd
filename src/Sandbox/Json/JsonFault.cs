using System.Text.Json;

namespace Sandbox.Json;

/// <summary>Says what the class library finds wrong with a JSON text, in our own words: its own speak of its settings and of C#'s types.</summary>
internal static class JsonFault
{
    public const string NotUtf8 = "it has a text that is not UTF-8";

    /// <summary>Where the text stops being JSON.</summary>
    public static string Why(JsonException failure) =>
        $"it is no valid JSON here (line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1})";
}

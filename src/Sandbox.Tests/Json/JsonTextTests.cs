using System.Text.Json.Nodes;
using Sandbox.Json;

namespace Sandbox.Tests.Json;

/// <summary>Names from images are printed as JSON, too: a terminal that shows it obeys none of them, and a reader finds each as it was.</summary>
public class JsonTextTests
{
    [Test]
    [Arguments("\e]0;title\a")]
    [Arguments("line\nline\u2028line\u0085line")]
    [Arguments("\u202Etxt.exe")]
    [Arguments("\u2066one\u2067two\u2068three\u2069four")]
    [Arguments("\u200Eone\u200Ftwo\u061Cthree\uFEFFfour")]
    public async Task What_a_terminal_would_obey_is_escaped(string text)
    {
        string json = JsonText.Quote(text);
        await Assert.That(json.Where(static one => one is < ' ' or > '~')).IsEmpty();
        await Assert.That((string)JsonNode.Parse(json)!).IsEqualTo(text);
    }

    [Test]
    public async Task Letters_of_all_scripts_stay_as_they_are() => await Assert.That(JsonText.Quote("Größe \"ä\" 名前 😀")).IsEqualTo("\"Größe \\\"ä\\\" 名前 😀\"");
}

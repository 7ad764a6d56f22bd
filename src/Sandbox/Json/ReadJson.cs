namespace Sandbox.Json;

/// <summary>Reads one value at the cursor.</summary>
internal delegate T ReadJson<out T>(ref JsonCursor json);

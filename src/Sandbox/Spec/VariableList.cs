using System.Collections.Immutable;

namespace Sandbox.Spec;

/// <summary>Variables of an environment in the order in which they came, each once: an image may have a hundred thousand of them.</summary>
internal sealed class VariableList
{
    private readonly List<(string Name, string? Value)> _variables = [];

    private readonly Dictionary<string, int> _places = [];

    /// <summary>Gives a variable its value; null takes it away.</summary>
    public void Set(string name, string? value)
    {
        if (_places.TryGetValue(name, out int place))
        {
            _variables[place] = (name, value);
        }
        else if (value is not null)
        {
            _places.Add(name, _variables.Count);
            _variables.Add((name, value));
        }
    }

    /// <summary>Each NAME=VALUE.</summary>
    public ImmutableArray<string> Words()
    {
        ImmutableArray<string>.Builder words = ImmutableArray.CreateBuilder<string>(_variables.Count);
        foreach ((string name, string? value) in _variables)
        {
            if (value is not null)
            {
                words.Add(name + "=" + value);
            }
        }

        return words.ToImmutable();
    }
}

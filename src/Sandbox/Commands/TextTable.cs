using System.Text;

namespace Sandbox.Commands;

/// <summary>Rows of words in columns that are as wide as they have to be.</summary>
internal sealed class TextTable
{
    private readonly List<string[]> _rows = [];

    public TextTable(params string[] titles) => _rows.Add(titles);

    public void Add(params string[] row) => _rows.Add(Array.ConvertAll(row, Output.Printable));

    public override string ToString()
    {
        int[] widths = new int[_rows[0].Length];
        _rows.ForEach(row =>
        {
            for (int i = 0; i < row.Length; i++)
            {
                widths[i] = Math.Max(widths[i], row[i].Length);
            }
        });
        StringBuilder text = new();
        foreach (string[] row in _rows)
        {
            int used = text.Length;
            for (int i = 0; i < row.Length; i++)
            {
                text.Append(row[i].PadRight(widths[i] + 2));
            }

            while (text.Length > used && text[^1] == ' ')
            {
                text.Length--;
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}

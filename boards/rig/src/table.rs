//! Tables as text, in Markdown so that they can be pasted.

/// How many columns of a terminal a table may take.
const WIDTH: usize = 100;
/// What stands around a cell: two spaces and a line.
const MARGIN: usize = 3;

/// A table whose first column is text and whose others are figures.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(headings: &[&str]) -> Self {
        Self { rows: vec![headings.iter().map(|&heading| heading.to_owned()).collect()] }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The table's lines, columns aligned. One that is wider than [`WIDTH`] comes as several, each of
    /// which has the first column.
    pub(crate) fn render(&self) -> String {
        let widths = self.widths();
        let first = widths.first().copied().unwrap_or(0);
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        let mut left = 0;
        for (column, width) in widths.iter().map(|width| width + MARGIN).enumerate().skip(1) {
            match blocks.last_mut().filter(|_| width <= left) {
                Some(block) => block.push(column),
                None => {
                    blocks.push(vec![0, column]);
                    left = WIDTH.saturating_sub(first + MARGIN + 1);
                }
            }
            left = left.saturating_sub(width);
        }
        let blocks = blocks.iter().map(|columns| self.with_columns(columns).lines());
        blocks.collect::<Vec<_>>().join("\n")
    }

    fn with_columns(&self, columns: &[usize]) -> Self {
        let cells = |row: &Vec<String>| -> Vec<String> {
            columns.iter().map(|&column| row.get(column).cloned().unwrap_or_default()).collect()
        };
        Self { rows: self.rows.iter().map(cells).collect() }
    }

    /// How wide each column is.
    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell: &String| cell.chars().count()).max().unwrap_or(0).max(3)
        };
        (0..columns).map(width).collect()
    }

    fn lines(&self) -> String {
        let widths = self.widths();
        let mut text = String::new();
        for (index, row) in self.rows.iter().enumerate() {
            text += &line(row, &widths);
            if index == 0 {
                text += &rule(&widths);
            }
        }
        text
    }
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = widths.iter().enumerate().map(|(column, width)| {
        let cell = row.get(column).map_or("", String::as_str);
        if column == 0 { format!(" {cell:<width$} |") } else { format!(" {cell:>width$} |") }
    });
    format!("|{}\n", cells.collect::<String>())
}

fn rule(widths: &[usize]) -> String {
    let cells = widths.iter().enumerate().map(|(column, width)| {
        let dashes = "-".repeat(width + 1);
        if column == 0 { format!("{dashes}-|") } else { format!("{dashes}:|") }
    });
    format!("|{}\n", cells.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(&["crate", "bytes"]);
        table.row(["wasmi".into(), "300,000".into()]);
        table.row(["core".into(), "7".into()]);
        let lines = [
            "| crate |   bytes |",
            "|-------|--------:|",
            "| wasmi | 300,000 |",
            "| core  |       7 |",
        ];
        assert_eq!(table.render().lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn a_wide_table_comes_in_blocks() {
        let mut table = Table::new(&["name", "a", "b", "c"]);
        let cell = |letter: &str| letter.repeat(40);
        table.row(["x".into(), cell("1"), cell("2"), cell("3")]);
        table.row(["y".into(), "4".into()]);
        let text = table.render();
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        let blocks: Vec<&str> = text.split("\n\n").collect();
        let headings = blocks.iter().map(|block| block.split_whitespace().collect::<String>());
        let headings: Vec<String> =
            headings.map(|words| words.chars().take(10).collect()).collect();
        assert_eq!(headings, ["|name|a|b|", "|name|c||-"]);
        assert!(blocks.iter().all(|block| block.lines().count() == 4), "{text}");
        // As wide as may be.
        let mut table = Table::new(&["name", "a"]);
        table.row(["x".repeat(47), "1".repeat(46)]);
        assert_eq!(table.render().lines().next().unwrap().len(), 100);
    }
}

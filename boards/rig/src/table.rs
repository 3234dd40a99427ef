//! Tables as text, in Markdown so that they can be pasted.

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

    /// The table's lines, columns aligned.
    pub(crate) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell: &String| cell.chars().count()).max().unwrap_or(0).max(3)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
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

/// A figure with its thousands apart: `469,004`.
pub(crate) fn thousands(figure: u64) -> String {
    let digits = figure.to_string();
    let first = digits.len() % 3;
    let (head, tail) = digits.split_at(first);
    let groups = tail.as_bytes().chunks(3).map(String::from_utf8_lossy);
    let head = (!head.is_empty()).then(|| head.into());
    head.into_iter().chain(groups).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{Table, thousands};

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
    fn thousands_are_apart() {
        let shown = [0, 7, 999, 1000, 469_004, 1_000_000].map(thousands);
        assert_eq!(shown, ["0", "7", "999", "1,000", "469,004", "1,000,000"]);
    }
}

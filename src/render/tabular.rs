//! Reports as plain tables: CSV for spreadsheets, Markdown for pull requests.

use std::borrow::Cow;
use std::io::{self, Write};

/// A report that can be written as one table.
pub trait Tabular {
    /// Returns the columns, left to right.
    fn columns(&self) -> Vec<Column>;

    /// Calls `each` with the cells of every row, as many as there are columns.
    ///
    /// # Errors
    /// Those of `each`.
    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()>;
}

/// A column of a [`Tabular`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub name: Cow<'static, str>,
    /// Whether its cells are numbers, which stand to the right.
    pub is_number: bool,
}

impl Column {
    /// Makes a column of texts.
    pub fn text(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), is_number: false }
    }

    /// Makes a column of numbers.
    pub fn number(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), is_number: true }
    }
}

/// A cell of a [`Tabular`]: what a person reads, and what a program does.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'r> {
    /// A text.
    Text(Cow<'r, str>),
    /// A word of ours, in which nothing can be taken for markup.
    Word(Cow<'r, str>),
    /// A value.
    Value {
        /// In the report's unit.
        exact: i64,
        /// With the unit it is shown in.
        shown: String,
    },
    /// A share of the whole; 1 is all of it.
    Share(f64),
    /// A count or other number without a unit.
    Number(f64),
    /// Nothing.
    Empty,
}

impl<'r> Cell<'r> {
    /// Makes a cell with a text.
    pub fn text(text: impl Into<Cow<'r, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Makes a cell with a word.
    pub fn word(word: impl Into<Cow<'r, str>>) -> Self {
        Self::Word(word.into())
    }

    pub(super) fn for_programs(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Word(text) => Cow::Borrowed(text),
            Self::Value { exact, .. } => Cow::Owned(exact.to_string()),
            Self::Share(number) | Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Empty => Cow::Borrowed(""),
        }
    }

    pub(super) fn for_people(&self) -> Cow<'_, str> {
        match self {
            Self::Value { shown, .. } => Cow::Borrowed(shown),
            Self::Share(share) => Cow::Owned(format!("{:.2}%", share * 100.0)),
            _ => self.for_programs(),
        }
    }
}

/// Writes a report as CSV (RFC 4180) with a line of headings: values in the report's unit, shares as fractions.
///
/// # Errors
/// What the writer says.
pub fn csv(report: &impl Tabular, writer: impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(writer);
    writer.write_record(report.columns().iter().map(|column| column.name.as_bytes()))?;
    report.each_row(&mut |cells| {
        writer.write_record(cells.iter().map(|cell| cell.for_programs().into_owned()))?;
        Ok(())
    })?;
    writer.flush()
}

/// Writes a report as a Markdown table, as GitHub and others show it.
///
/// # Errors
/// What the writer says.
pub fn markdown(report: &impl Tabular, mut writer: impl Write) -> io::Result<()> {
    let columns = report.columns();
    let names: Vec<String> = columns.iter().map(|column| escaped(&column.name)).collect();
    writeln!(writer, "| {} |", names.join(" | "))?;
    let rules: Vec<&str> = columns.iter().map(|column| if column.is_number { "---:" } else { ":---" }).collect();
    writeln!(writer, "| {} |", rules.join(" | "))?;
    report.each_row(&mut |cells| {
        let cells: Vec<String> = cells.iter().map(marked_up).collect();
        writeln!(writer, "| {} |", cells.join(" | "))
    })
}

/// Writes a cell; names are code, so that nothing in them is taken for markup.
fn marked_up(cell: &Cell<'_>) -> String {
    let text = escaped(&cell.for_people());
    match cell {
        Cell::Text(name) if !name.is_empty() && !name.contains('`') => format!("`{text}`"),
        _ => text,
    }
}

/// Replaces what would end a cell.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Pair;

    impl Tabular for Pair {
        fn columns(&self) -> Vec<Column> {
            vec![Column::number("flat"), Column::number("share"), Column::text("name")]
        }

        fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
            let flat = Cell::Value { exact: 1500, shown: "1.50s".to_owned() };
            each(vec![flat, Cell::Share(0.25), Cell::text("a|b, \"c\"")])?;
            each(vec![Cell::Empty, Cell::Number(2.0), Cell::text("d\ne")])
        }
    }

    #[test]
    fn csv_is_for_programs() {
        let mut bytes = Vec::new();
        csv(&Pair, &mut bytes).expect("memory can be written to");
        let text = String::from_utf8(bytes).expect("CSV is text");
        assert_eq!(text, "flat,share,name\n1500,0.25,\"a|b, \"\"c\"\"\"\n,2,\"d\ne\"\n");
    }

    #[test]
    fn markdown_is_for_people() {
        let mut bytes = Vec::new();
        markdown(&Pair, &mut bytes).expect("memory can be written to");
        let text = String::from_utf8(bytes).expect("Markdown is text");
        assert_eq!(
            text,
            "| flat | share | name |\n| ---: | ---: | :--- |\n| 1.50s | 25.00% | `a\\|b, \"c\"` |\n|  | 2 | `d e` |\n"
        );
    }
}

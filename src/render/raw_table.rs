//! All samples of a profile as a table, a row each.

use std::collections::BTreeSet;
use std::io;

use super::tabular::{Cell, Column, Tabular};
use crate::profile::{LabelSetId, LabelValue, unit};
use crate::report::Raw;

/// What a column of labels has: the texts of a key, or its numbers in one unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum LabelColumn<'p> {
    Text { key: &'p str },
    Number { key: &'p str, unit: &'p str },
}

impl LabelColumn<'_> {
    fn column(self) -> Column {
        match self {
            Self::Text { key } => Column::text(format!("label:{key}")),
            Self::Number { key, unit: "" } => Column::number(format!("label:{key}")),
            Self::Number { key, unit } => Column::number(format!("label:{key}/{unit}")),
        }
    }
}

/// Returns what a sample's labels say, each with its column.
fn labels<'r>(report: &'r Raw<'_>, set: LabelSetId) -> impl Iterator<Item = (LabelColumn<'r>, Cell<'r>)> {
    let profile = report.profile();
    report.selection().labels(set).map(|label| {
        let key = profile.str(label.key());
        match label.value() {
            LabelValue::Text(text) => (LabelColumn::Text { key }, Cell::text(profile.str(text))),
            LabelValue::Number { value, unit } => {
                let unit = profile.str(unit);
                let shown = unit::label(value, unit, "auto");
                (LabelColumn::Number { key, unit }, Cell::Value { exact: value, shown })
            }
        }
    })
}

fn label_columns<'r>(report: &'r Raw<'_>) -> Vec<LabelColumn<'r>> {
    let sets: BTreeSet<LabelSetId> = report.selection().samples().map(|(sample, _)| sample.labels).collect();
    let columns: BTreeSet<LabelColumn<'_>> =
        sets.into_iter().flat_map(|set| labels(report, set).map(|(column, _)| column)).collect();
    columns.into_iter().collect()
}

/// A row a sample: a value for each sample type, a column for each label, and the stack, leaf first.
///
/// A key's texts are a column, and so are its numbers in each unit; several that one sample has are joined by `;`. The
/// stack is there as ids of the file and as names.
impl Tabular for Raw<'_> {
    fn columns(&self) -> Vec<Column> {
        let profile = self.profile();
        let value = |&value_type: &_| {
            let (kind, unit) = profile.value_type_names(value_type);
            Column::number(if unit.is_empty() { kind.to_owned() } else { format!("{kind}/{unit}") })
        };
        let values = profile.sample_types().iter().map(value);
        let labels = label_columns(self).into_iter().map(LabelColumn::column);
        values.chain(labels).chain([Column::text("locations"), Column::text("frames")]).collect()
    }

    fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
        let (profile, selection) = (self.profile(), self.selection());
        let (symbols, types) = (profile.symbols(), profile.sample_types());
        let columns = label_columns(self);
        for (sample, stack) in selection.samples() {
            let value = |(&exact, &value_type): (&i64, &_)| {
                let shown = unit::label(exact, profile.value_type_names(value_type).1, "auto");
                Cell::Value { exact, shown }
            };
            let mut cells: Vec<Cell<'_>> = sample.values.iter().zip(types).map(value).collect();
            let first_label = cells.len();
            cells.resize(first_label + columns.len(), Cell::Empty);
            for (column, cell) in labels(self, sample.labels) {
                let place = columns.binary_search(&column).expect("every label has a column");
                let known = &mut cells[first_label + place];
                *known = if *known == Cell::Empty {
                    cell
                } else {
                    Cell::text(format!("{};{}", known.for_programs(), cell.for_programs()))
                };
            }
            let shown = || stack.iter().filter(|location| !selection.is_hidden(**location));
            let ids: Vec<String> = shown().map(|&location| symbols.location_file_id(location).to_string()).collect();
            let lines = shown().flat_map(|&location| selection.lines_of(location));
            let names: Vec<&str> =
                lines.map(|line| profile.str(symbols.functions()[line.function.index()].name)).collect();
            cells.extend([Cell::text(ids.join(" ")), Cell::text(names.join(";"))]);
            each(cells)?;
        }
        Ok(())
    }
}

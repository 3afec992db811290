//! The table of frames as a profile of its own.

use std::collections::HashMap;

use super::top::{TopOptions, top};
use crate::aggregate::{Frame, Frames};
use crate::error::Result;
use crate::profile::{
    Function, FunctionId, LabelSetId, LabelSets, Line, Location, LocationId, Profile, StringId, Tables, ValueType, unit,
};
use crate::transform::Selection;

/// Makes a profile with a sample for each row of [`top`](super::top()): what it weighs with all that it called, and
/// by itself (pprof's `topproto`).
///
/// Values are in the unit that the table would show, cut to integers; ask for a fine unit to lose nothing.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::report::{self, TopOptions};
/// use rpprof::transform::Selection;
///
/// let profile = codec::read(std::fs::File::open("testdata/go_mutex.pb.gz")?, &ReadOptions::default())?;
/// let mut options = TopOptions::default();
/// options.limit = 3;
/// let hottest = report::top_profile(&Selection::all(&profile), &options)?;
/// assert_eq!(hottest.samples().len(), 3);
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// # Errors
/// None for a profile that [`codec::read`](crate::codec::read()) or a builder made.
///
/// # Panics
/// If the profile has no such sample type.
pub fn top_profile(selection: &Selection<'_>, options: &TopOptions) -> Result<Profile> {
    let profile = selection.profile();
    let top = top(selection, options);
    let frames = Frames::new(selection, options.frames);
    let mut maker = Maker::default();
    let unit = maker.string(&top.scale.to);
    for kind in ["cum", "flat"] {
        let kind = maker.string(kind);
        maker.tables.sample_types.push(ValueType { kind, unit });
    }
    maker.tables.samples.width = 2;
    maker.tables.label_sets = LabelSets::with_empty_set();
    let header = profile.header();
    let (period_kind, period_unit) = profile.value_type_names(header.period_type);
    let period_type = ValueType { kind: maker.string(period_kind), unit: maker.string(period_unit) };
    let made = &mut maker.tables.header;
    (made.time_nanos, made.duration_nanos) = (header.time_nanos, header.duration_nanos);
    (made.period_type, made.period) = (period_type, header.period);
    for (row, id) in top.rows.iter().zip(&top.frames) {
        let scaled = |value| unit::convert(value, &top.scale.from, &top.scale.to).0 as i64;
        maker.add(&frames.frame(*id), [scaled(row.cum), scaled(row.flat)]);
    }
    maker.tables.finish()
}

/// Makes the tables row by row; rows that look alike stay apart, as in pprof.
#[derive(Default)]
struct Maker {
    tables: Tables,
    strings: HashMap<String, StringId>,
    functions: HashMap<(StringId, StringId), FunctionId>,
}

impl Maker {
    fn string(&mut self, text: &str) -> StringId {
        if text.is_empty() {
            return StringId::EMPTY;
        }
        if let Some(&known) = self.strings.get(text) {
            return known;
        }
        let id = self.tables.strings.push(text);
        self.strings.insert(text.to_owned(), id);
        id
    }

    fn add(&mut self, frame: &Frame<'_>, values: [i64; 2]) {
        let (name, filename) = (self.string(frame.function), self.string(frame.file));
        let Self { tables, functions, .. } = self;
        let symbols = &mut tables.symbols;
        let function = *functions.entry((name, filename)).or_insert_with(|| {
            symbols.functions.push(Function { name, filename, ..Function::default() });
            FunctionId::from_index(symbols.functions.len() - 1)
        });
        symbols.locations.push(Location { address: frame.address, ..Location::default() });
        let row = symbols.lines.push([Line { function, line: frame.line, column: frame.column }]);
        let stack = tables.stacks.push(&[LocationId::from_index(row)]);
        tables.samples.push(crate::profile::StackId::from_index(stack), LabelSetId::EMPTY, &values);
    }
}

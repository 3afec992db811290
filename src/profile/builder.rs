//! Makes a profile piece by piece.

use super::check::Tables;
use super::{
    Function, FunctionId, Header, Interner, Label, LabelSetId, LabelSets, Line, Location, LocationId, Mapping,
    MappingId, Profile, Ragged, Samples, StackId, StringId, ValueType,
};
use crate::error::Result;

/// Makes a [`Profile`]; equal strings, functions, mappings, locations, stacks and label sets get equal ids.
#[derive(Debug)]
pub struct ProfileBuilder {
    tables: Tables,
    strings: Interner,
    functions: Interner,
    mappings: Interner,
    locations: Interner,
    stacks: Interner,
    label_sets: Interner,
}

impl Default for ProfileBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl ProfileBuilder {
    /// Makes a builder of an empty profile.
    pub fn new() -> Self {
        let mut builder = Self {
            tables: Tables::default(),
            strings: Interner::default(),
            functions: Interner::default(),
            mappings: Interner::default(),
            locations: Interner::default(),
            stacks: Interner::default(),
            label_sets: Interner::default(),
        };
        builder.strings.insert(builder.strings.hash(""), StringId::EMPTY.index());
        builder.label_set(&[]);
        builder
    }

    /// Returns the id of `text`.
    ///
    /// # Panics
    /// If all strings together pass 4 GiB.
    pub fn string(&mut self, text: &str) -> StringId {
        let table = &mut self.tables.strings;
        let hash = self.strings.hash(text);
        if let Some(row) = self.strings.find(hash, |row| table.get(StringId::from_index(row)) == text) {
            return StringId::from_index(row);
        }
        let id = table.push(text);
        self.strings.insert(hash, id.index());
        id
    }

    /// Appends a sample type: what each sample's next value measures.
    ///
    /// # Panics
    /// If there are samples already.
    pub fn sample_type(&mut self, kind: &str, unit: &str) -> ValueType {
        assert!(self.tables.samples.is_empty(), "sample types come before samples");
        let value_type = self.value_type(kind, unit);
        self.tables.sample_types.push(value_type);
        self.tables.samples.width += 1;
        value_type
    }

    /// Returns a value type that is of no column, for the header.
    pub fn value_type(&mut self, kind: &str, unit: &str) -> ValueType {
        ValueType { kind: self.string(kind), unit: self.string(unit) }
    }

    /// Returns the header, to be filled in; its strings come from [`string`](Self::string).
    pub fn header_mut(&mut self) -> &mut Header {
        &mut self.tables.header
    }

    /// Returns the id of a function; its strings come from [`string`](Self::string).
    pub fn function(&mut self, function: Function) -> FunctionId {
        let rows = &mut self.tables.symbols.functions;
        let hash = self.functions.hash(&function);
        let row = self.functions.find(hash, |row| rows[row] == function).unwrap_or_else(|| {
            rows.push(function);
            self.functions.insert(hash, rows.len() - 1);
            rows.len() - 1
        });
        FunctionId::from_index(row)
    }

    /// Returns the id of a mapping; the first one is the main program.
    pub fn mapping(&mut self, mapping: Mapping) -> MappingId {
        let rows = &mut self.tables.symbols.mappings;
        let hash = self.mappings.hash(&mapping);
        let row = self.mappings.find(hash, |row| rows[row] == mapping).unwrap_or_else(|| {
            rows.push(mapping);
            self.mappings.insert(hash, rows.len() - 1);
            rows.len() - 1
        });
        MappingId::from_index(row)
    }

    /// Returns the id of a location with its lines, an inlined function before its caller.
    ///
    /// # Panics
    /// If the location's mapping or a line's function is not of this builder.
    pub fn location(&mut self, location: Location, lines: &[Line]) -> LocationId {
        let symbols = &mut self.tables.symbols;
        assert!(location.mapping.is_none_or(|mapping| mapping.index() < symbols.mappings.len()));
        assert!(lines.iter().all(|line| line.function.index() < symbols.functions.len()));
        let hash = self.locations.hash(&(location, lines));
        let same = |row: usize| symbols.locations[row] == location && symbols.lines.get(row) == lines;
        let row = self.locations.find(hash, same).unwrap_or_else(|| {
            symbols.locations.push(location);
            let row = symbols.lines.push(lines.iter().copied());
            self.locations.insert(hash, row);
            row
        });
        LocationId::from_index(row)
    }

    /// Returns the id of a call stack, given leaf first.
    ///
    /// # Panics
    /// If a location is not of this builder.
    pub fn stack(&mut self, stack: &[LocationId]) -> StackId {
        let count = self.tables.symbols.locations.len();
        assert!(stack.iter().all(|location| location.index() < count));
        let hash = hash_of_stack(&self.stacks, stack);
        self.hashed_stack(stack, hash)
    }

    fn hashed_stack(&mut self, stack: &[LocationId], hash: u64) -> StackId {
        let table = &mut self.tables.stacks;
        let row = self.stacks.find(hash, |row| table.get(StackId::from_index(row)) == stack).unwrap_or_else(|| {
            let row = table.push(stack);
            self.stacks.insert(hash, row);
            row
        });
        StackId::from_index(row)
    }

    /// Returns the ids of many stacks, whose locations are of this builder.
    pub(crate) fn all_stacks(&mut self, stacks: &Ragged<LocationId>) -> Vec<StackId> {
        let hashes: Vec<u64> = stacks.iter().map(|stack| hash_of_stack(&self.stacks, stack)).collect();
        let likely = self.stacks.find_likely(&hashes);
        let rows = stacks.iter().zip(hashes).zip(likely);
        let find = |((stack, hash), likely): ((&[LocationId], u64), Option<u32>)| {
            let likely = likely.map(StackId::from_u32).filter(|&id| self.tables.stacks.is(id, stack));
            likely.unwrap_or_else(|| self.hashed_stack(stack, hash))
        };
        rows.map(find).collect()
    }

    /// Returns the id of a set of labels; sets with another order are other sets.
    ///
    /// # Panics
    /// If all sets together pass 4 GiB.
    pub fn label_set(&mut self, labels: &[Label]) -> LabelSetId {
        let table = &mut self.tables.label_sets;
        labels.iter().for_each(|&label| table.add(label));
        self.close_label_set()
    }

    fn close_label_set(&mut self) -> LabelSetId {
        let table = &mut self.tables.label_sets;
        let hash = self.label_sets.hash(table.open_bytes());
        if let Some(row) = self.label_sets.find(hash, |row| table.bytes(row) == table.open_bytes()) {
            table.discard();
            return LabelSetId::from_index(row);
        }
        let row = table.close().expect("all labels together take less than 4 GiB");
        self.label_sets.insert(hash, row as usize);
        LabelSetId::from_u32(row)
    }

    /// Returns the ids of many sets of labels, whose strings are of this builder.
    pub(crate) fn all_label_sets(&mut self, sets: &LabelSets) -> Vec<LabelSetId> {
        let rows = 0..sets.len();
        let hashes: Vec<u64> = rows.clone().map(|row| self.label_sets.hash(sets.bytes(row))).collect();
        let likely = self.label_sets.find_likely(&hashes);
        let find = |(row, likely): (usize, Option<u32>)| {
            let bytes = sets.bytes(row);
            let likely = likely.filter(|&likely| self.tables.label_sets.bytes(likely as usize) == bytes);
            likely.map_or_else(
                || {
                    self.tables.label_sets.open_with(bytes);
                    self.close_label_set()
                },
                LabelSetId::from_u32,
            )
        };
        rows.zip(likely).map(find).collect()
    }

    /// Returns the ids of those of the texts that are here.
    pub(crate) fn find_strings(&self, texts: &[&str]) -> Vec<Option<StringId>> {
        let table = &self.tables.strings;
        let is_same = |text: &&str, row| table.get(StringId::from_index(row)) == *text;
        let rows = self.strings.find_all(texts, |strings, text| strings.hash(*text), is_same);
        rows.into_iter().map(|row| row.map(StringId::from_u32)).collect()
    }

    /// Returns the ids of those of the functions that are here; their strings are.
    pub(crate) fn find_functions(&self, functions: &[Function]) -> Vec<Option<FunctionId>> {
        let known = &self.tables.symbols.functions;
        let hash = |rows: &Interner, function: &Function| rows.hash(function);
        let rows = self.functions.find_all(functions, hash, |function, row| known[row] == *function);
        rows.into_iter().map(|row| row.map(FunctionId::from_u32)).collect()
    }

    /// Returns the ids of those of the locations that are here; their mappings and functions are.
    pub(crate) fn find_locations(&self, locations: &[(Location, &[Line])]) -> Vec<Option<LocationId>> {
        let symbols = &self.tables.symbols;
        let is_same = |&(location, lines): &(Location, &[Line]), row| {
            symbols.locations[row] == location && symbols.lines.get(row) == lines
        };
        let rows = self.locations.find_all(locations, Interner::hash, is_same);
        rows.into_iter().map(|row| row.map(LocationId::from_u32)).collect()
    }

    /// Appends a sample; returns its row.
    ///
    /// # Panics
    /// If the stack or the label set is not of this builder, or the values do not match the sample types.
    pub fn sample(&mut self, stack: StackId, labels: LabelSetId, values: &[i64]) -> usize {
        let tables = &mut self.tables;
        assert!(stack.index() < tables.stacks.len() && labels.index() < tables.label_sets.len());
        assert_eq!(values.len(), tables.sample_types.len(), "one value for each sample type");
        tables.samples.push(stack, labels, values);
        tables.samples.len() - 1
    }

    /// Adds `values` to those of the sample at `row`; sums past 64 bits wrap, as in Go.
    ///
    /// # Panics
    /// If there is no such sample, or the values do not match the sample types.
    pub fn add_values(&mut self, row: usize, values: &[i64]) {
        let samples = &mut self.tables.samples;
        assert_eq!(values.len(), samples.width, "one value for each sample type");
        for (sum, value) in samples.values_mut(row).iter_mut().zip(values) {
            *sum = sum.wrapping_add(*value);
        }
    }

    /// Returns whether some sample has no value other than 0.
    pub fn has_zero_samples(&self) -> bool {
        self.tables.samples.iter().any(|sample| sample.values.iter().all(|&value| value == 0))
    }

    /// Keeps only the samples that have a value other than 0.
    pub fn drop_zero_samples(&mut self) {
        let mut kept = Samples::with_width(self.tables.samples.width);
        for sample in self.tables.samples.iter().filter(|sample| sample.values.iter().any(|&value| value != 0)) {
            kept.push(sample.stack, sample.labels, sample.values);
        }
        self.tables.samples = kept;
    }

    /// Makes the profile.
    ///
    /// # Errors
    /// [`ErrorKind::Inconsistent`](crate::ErrorKind::Inconsistent) if there are samples and no sample types, or a
    /// string id is not of this builder.
    pub fn build(self) -> Result<Profile> {
        self.tables.finish()
    }
}

fn hash_of_stack(stacks: &Interner, stack: &[LocationId]) -> u64 {
    let pair = |pair: &[LocationId]| pair.iter().fold(1, |word, id| word << 32 | u64::from(id.to_u32()));
    stacks.hash_words(stack.chunks(2).map(pair))
}

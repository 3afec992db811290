//! A profile that is merged into another one.

use super::merge::{MappingKey, Merger};
use crate::profile::{
    Function, FunctionId, Label, LabelSetId, LabelSets, LabelValue, Line, Location, LocationId, Mapping, MappingId,
    Profile, Ragged, Sample, StackId, StringId,
};

/// Addresses of a mapping move by so much; wrapping.
#[derive(Clone, Copy, Debug)]
pub(super) struct MappedMapping {
    id: MappingId,
    shift: u64,
}

/// A profile that is being added: what its ids are in the merged one, as far as they were used.
pub(super) struct Source<'m, 'p> {
    merger: &'m mut Merger,
    profile: &'p Profile,
    strings: Vec<Option<StringId>>,
    mappings: Vec<Option<MappedMapping>>,
    functions: Vec<Option<FunctionId>>,
    locations: Vec<Option<LocationId>>,
    stacks: Vec<Row>,
    label_sets: Vec<Row>,
    /// What is looked up next: ids here, and the locations of the merged profile.
    wanted_stacks: (Vec<StackId>, Ragged<LocationId>),
    wanted_label_sets: (Vec<LabelSetId>, LabelSets),
    scratch_lines: Vec<Line>,
    scratch_labels: Vec<Label>,
}

/// A row of the merged profile.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    /// No sample has asked for it.
    Unknown,
    /// It is among those that are looked up next.
    Wanted,
    Known(u32),
}

impl<'m, 'p> Source<'m, 'p> {
    /// Makes a source of which nothing is merged.
    pub(super) fn new(merger: &'m mut Merger, profile: &'p Profile) -> Self {
        let symbols = profile.symbols();
        Self {
            strings: vec![None; profile.strings().len()],
            mappings: vec![None; symbols.mappings().len()],
            functions: vec![None; symbols.functions().len()],
            locations: vec![None; symbols.locations().len()],
            stacks: vec![Row::Unknown; profile.stacks().len()],
            label_sets: vec![Row::Unknown; profile.label_sets().len()],
            wanted_stacks: Default::default(),
            wanted_label_sets: Default::default(),
            scratch_lines: Vec::new(),
            scratch_labels: Vec::new(),
            merger,
            profile,
        }
    }

    fn string(&mut self, id: StringId) -> StringId {
        if let Some(known) = self.strings[id.index()] {
            return known;
        }
        let merged = self.merger.builder.string(self.profile.str(id));
        self.strings[id.index()] = Some(merged);
        merged
    }

    /// Finds what the merged profile has already, all of a kind in a row; what is not found is added when it is used.
    ///
    /// Returns whether most locations were found, as they are in profiles of the same program.
    pub(super) fn recognize(&mut self) -> bool {
        let (profile, symbols) = (self.profile, self.profile.symbols());
        let builder = &self.merger.builder;
        self.strings = builder.find_strings(&profile.strings().iter().collect::<Vec<_>>());
        for (mapping, known) in symbols.mappings().iter().zip(&mut self.mappings) {
            let found = self.merger.mappings.get(&MappingKey::new(profile, mapping));
            *known = found.map(|&(id, start)| MappedMapping { id, shift: start.wrapping_sub(mapping.start_address) });
        }

        let (mut rows, mut functions) = (Vec::new(), Vec::new());
        for (row, function) in symbols.functions().iter().enumerate() {
            let [name, system_name, filename] =
                [function.name, function.system_name, function.filename].map(|id| self.strings[id.index()]);
            if let (Some(name), Some(system_name), Some(filename)) = (name, system_name, filename) {
                rows.push(row);
                functions.push(Function { name, system_name, filename, start_line: function.start_line });
            }
        }
        for (row, found) in rows.iter().zip(builder.find_functions(&functions)) {
            self.functions[*row] = found;
        }

        rows.clear();
        let (mut locations, mut lines) = (Vec::new(), Ragged::new());
        for (row, location) in symbols.locations().iter().enumerate() {
            let mapping = location.mapping.map(|mapping| self.mappings[mapping.index()]);
            let own = symbols.lines_of(LocationId::from_index(row));
            let moved = own.iter().map(|line| Some(Line { function: self.functions[line.function.index()]?, ..*line }));
            lines.open().extend(moved.map_while(|line| line));
            if matches!(mapping, Some(None)) || lines.open_items().len() < own.len() {
                lines.discard();
                continue;
            }
            lines.close().expect("there are no more lines than the profile has");
            rows.push(row);
            locations.push(moved_location(*location, mapping.flatten()));
        }
        let locations: Vec<(Location, &[Line])> = locations.into_iter().zip(lines.iter()).collect();
        let found = builder.find_locations(&locations);
        let count = found.iter().flatten().count();
        for (row, found) in rows.iter().zip(found) {
            self.locations[*row] = found;
        }
        2 * count >= self.locations.len()
    }

    /// Merges some samples, all of which have a value other than 0 or are to be kept.
    pub(super) fn merge(&mut self, samples: &[Sample<'_>]) {
        for sample in samples {
            self.want_stack(sample.stack);
            self.want_label_set(sample.labels);
        }
        let Merger { builder, rows, .. } = &mut *self.merger;
        let (ids, lists) = &mut self.wanted_stacks;
        for (old, new) in ids.drain(..).zip(builder.all_stacks(lists)) {
            self.stacks[old.index()] = Row::Known(new.to_u32());
        }
        lists.clear();
        let (ids, lists) = &mut self.wanted_label_sets;
        for (old, new) in ids.drain(..).zip(builder.all_label_sets(lists)) {
            self.label_sets[old.index()] = Row::Known(new.to_u32());
        }
        lists.clear();

        let known = |row| match row {
            Row::Known(row) => row,
            Row::Unknown | Row::Wanted => unreachable!("all that samples ask for was looked up"),
        };
        let keys = samples.iter().map(|sample| {
            let (stack, labels) = (self.stacks[sample.stack.index()], self.label_sets[sample.labels.index()]);
            (StackId::from_u32(known(stack)), LabelSetId::from_u32(known(labels)))
        });
        let keys: Vec<_> = keys.collect();
        let found: Vec<Option<usize>> = keys.iter().map(|key| rows.get(key).copied()).collect();
        for ((sample, key), found) in samples.iter().zip(keys).zip(found) {
            // The sample may have come earlier in this batch.
            match found.or_else(|| rows.get(&key).copied()) {
                Some(row) => builder.add_values(row, sample.values),
                None => {
                    rows.insert(key, builder.sample(key.0, key.1, sample.values));
                }
            }
        }
    }

    fn want_stack(&mut self, id: StackId) {
        if self.stacks[id.index()] != Row::Unknown {
            return;
        }
        self.stacks[id.index()] = Row::Wanted;
        for &location in self.profile.stack(id) {
            let merged = self.location(location);
            self.wanted_stacks.1.open().push(merged);
        }
        self.wanted_stacks.0.push(id);
        self.wanted_stacks.1.close().expect("a batch of stacks has fewer than 2^32 locations");
    }

    fn location(&mut self, id: LocationId) -> LocationId {
        if let Some(known) = self.locations[id.index()] {
            return known;
        }
        let symbols = self.profile.symbols();
        let location = symbols.locations()[id.index()];
        let mapped = location.mapping.map(|mapping| self.mapping(mapping));
        let moved = moved_location(location, mapped);
        let mut lines = std::mem::take(&mut self.scratch_lines);
        lines.clear();
        for line in symbols.lines_of(id) {
            lines.push(Line { function: self.function(line.function), ..*line });
        }
        let merged = self.merger.builder.location(moved, &lines);
        self.scratch_lines = lines;
        self.locations[id.index()] = Some(merged);
        merged
    }

    fn function(&mut self, id: FunctionId) -> FunctionId {
        if let Some(known) = self.functions[id.index()] {
            return known;
        }
        let function = self.profile.symbols().functions()[id.index()];
        let moved = Function {
            name: self.string(function.name),
            system_name: self.string(function.system_name),
            filename: self.string(function.filename),
            start_line: function.start_line,
        };
        let merged = self.merger.builder.function(moved);
        self.functions[id.index()] = Some(merged);
        merged
    }

    /// Returns what a mapping is in the merged profile.
    pub(super) fn mapping(&mut self, id: MappingId) -> MappedMapping {
        if let Some(known) = self.mappings[id.index()] {
            return known;
        }
        let mapping = &self.profile.symbols().mappings()[id.index()];
        let key = MappingKey::new(self.profile, mapping);
        let merged = match self.merger.mappings.get(&key) {
            Some(&(id, start)) => MappedMapping { id, shift: start.wrapping_sub(mapping.start_address) },
            None => {
                let moved = Mapping {
                    file: self.string(mapping.file),
                    build_id: self.string(mapping.build_id),
                    ..mapping.clone()
                };
                let id = self.merger.builder.mapping(moved);
                self.merger.mappings.insert(key, (id, mapping.start_address));
                MappedMapping { id, shift: 0 }
            }
        };
        self.mappings[id.index()] = Some(merged);
        merged
    }

    /// Wants a label set in the order in which sets are compared: texts by key, then numbers by key.
    fn want_label_set(&mut self, id: LabelSetId) {
        if self.label_sets[id.index()] != Row::Unknown {
            return;
        }
        self.label_sets[id.index()] = Row::Wanted;
        let profile = self.profile;
        let mut labels = std::mem::take(&mut self.scratch_labels);
        labels.clear();
        labels.extend(profile.labels(id));
        let order = |label: &Label| (matches!(label.value(), LabelValue::Number { .. }), profile.str(label.key()));
        if !labels.is_sorted_by_key(order) {
            labels.sort_by(|one, other| order(one).cmp(&order(other)));
        }
        for label in &mut labels {
            let key = self.string(label.key());
            *label = match label.value() {
                LabelValue::Text(text) => Label::text(key, self.string(text)),
                LabelValue::Number { value, unit } => Label::number(key, value, self.string(unit)),
            };
        }
        self.wanted_label_sets.0.push(id);
        self.wanted_label_sets.1.push(labels.iter().copied());
        self.scratch_labels = labels;
    }
}

/// Returns what a location is in the merged profile, whose mapping is `mapped`.
fn moved_location(location: Location, mapped: Option<MappedMapping>) -> Location {
    Location {
        address: location.address.wrapping_add(mapped.map_or(0, |mapped| mapped.shift)),
        mapping: mapped.map(|mapped| mapped.id),
        is_folded: location.is_folded,
    }
}

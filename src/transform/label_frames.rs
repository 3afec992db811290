//! Labels as frames: the first or last frames of each stack say what labels its sample has.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::profile::{
    Function, FunctionId, LabelSetId, LabelValue, Line, Location, LocationId, Profile, Samples, StackId, Stacks,
    StringTable, Symbols, unit,
};

/// Which labels become frames, and what these are called.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LabelFrames {
    /// Keys whose labels become the outermost frames; the first one is the root.
    pub roots: Vec<String>,
    /// Keys whose labels become the innermost frames; the last one is the leaf.
    pub leaves: Vec<String>,
    /// The unit of numbers; `auto` and `minimum` pick one for each.
    pub unit: String,
    /// What the frames are called.
    pub naming: LabelNaming,
}

/// What the frames of labels are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LabelNaming {
    /// `key=value`, or `key=(none)` for samples without such a label.
    #[default]
    KeyAndValue,
    /// `value`, in a file that is called like the key; without a name for samples without such a label
    /// (pprof's `-tagroot` and `-tagleaf`).
    Value,
}

impl Default for LabelFrames {
    fn default() -> Self {
        Self { roots: Vec::new(), leaves: Vec::new(), unit: "auto".to_owned(), naming: LabelNaming::default() }
    }
}

/// Whether any sample has a label that was to become a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LabelFrameMatches {
    /// One of the root keys.
    pub roots: bool,
    /// One of the leaf keys.
    pub leaves: bool,
}

/// Returns the profile with a frame for each key that `options` names, in the stack of every sample.
///
/// The values of a key that stands several times in a sample are one frame, with commas between them.
/// The labels themselves stay.
///
/// Cost: a new stack for each stack and each combination of labels that occurs with it.
///
/// ```
/// use rpprof::profile::{Label, ProfileBuilder};
/// use rpprof::report::{self, TopOptions};
/// use rpprof::transform::{LabelFrames, Selection, label_frames};
///
/// let mut builder = ProfileBuilder::new();
/// builder.sample_type("samples", "count");
/// let (tenant, acme) = (builder.string("tenant"), builder.string("acme"));
/// let stack = builder.stack(&[]);
/// let labels = builder.label_set(&[Label::text(tenant, acme)]);
/// builder.sample(stack, labels, &[3]);
///
/// let mut options = LabelFrames::default();
/// options.roots.push("tenant".to_owned());
/// let (by_tenant, found) = label_frames(&builder.build()?, &options)?;
/// assert!(found.roots);
/// let top = report::top(&Selection::all(&by_tenant), &TopOptions::default());
/// assert_eq!(top.rows[0].name, "tenant=acme");
/// # Ok::<(), rpprof::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::TooLarge`] if the new stacks or names do not fit 32 bits.
pub fn label_frames(profile: &Profile, options: &LabelFrames) -> Result<(Profile, LabelFrameMatches)> {
    let mut frames = Frames::new(profile, options);
    let mut found = LabelFrameMatches::default();
    let mut stacks = Stacks::default();
    let mut stack_rows: HashMap<(StackId, u32), StackId> = HashMap::new();
    let mut samples = Samples::with_width(profile.sample_types().len());
    for sample in profile.samples().iter() {
        let combination = frames.combination(sample.labels, &mut found)?;
        let stack = match stack_rows.get(&(sample.stack, combination)) {
            Some(&known) => known,
            None => {
                let (leaves, roots) = frames.combinations[combination as usize].split_at(options.leaves.len());
                let parts = [leaves, profile.stack(sample.stack), roots];
                let mut rest = stacks.grow(parts.iter().map(|part| part.len()).sum());
                for part in parts {
                    let (target, behind) = rest.split_at_mut(part.len());
                    target.copy_from_slice(part);
                    rest = behind;
                }
                let too_many = || Error::new(ErrorKind::TooLarge, "all stacks together pass 2^32 locations");
                let stack = StackId::from_u32(stacks.close().ok_or_else(too_many)?);
                stack_rows.insert((sample.stack, combination), stack);
                stack
            }
        };
        samples.push(stack, sample.labels, sample.values);
    }
    let framed = Profile {
        strings: Arc::new(frames.strings),
        symbols: Arc::new(frames.symbols),
        stacks: Arc::new(stacks),
        samples: Arc::new(samples),
        ..profile.clone()
    };
    Ok((framed, found))
}

/// Makes the frames of label sets, equal ones once.
struct Frames<'p, 'o> {
    profile: &'p Profile,
    options: &'o LabelFrames,
    strings: StringTable,
    symbols: Symbols,
    /// Bytes that may still be added to `strings`.
    free_bytes: usize,
    /// The location of each key and name; keys by their place among the roots, then the leaves.
    locations: HashMap<(usize, String), LocationId>,
    /// Locations of the leaf keys and of the root keys, each from the leaf on.
    combinations: Vec<Vec<LocationId>>,
    combination_rows: HashMap<Vec<LocationId>, u32>,
    /// The combination of each label set, once a sample has asked for it, and what was found in it.
    by_set: Vec<Option<(u32, LabelFrameMatches)>>,
}

impl<'p, 'o> Frames<'p, 'o> {
    fn new(profile: &'p Profile, options: &'o LabelFrames) -> Self {
        let bytes: usize = profile.strings().iter().map(str::len).sum();
        Self {
            profile,
            options,
            strings: profile.strings().clone(),
            symbols: profile.symbols().clone(),
            free_bytes: (u32::MAX as usize).saturating_sub(bytes),
            locations: HashMap::new(),
            combinations: Vec::new(),
            combination_rows: HashMap::new(),
            by_set: vec![None; profile.label_sets().len()],
        }
    }

    fn combination(&mut self, set: LabelSetId, found: &mut LabelFrameMatches) -> Result<u32> {
        let (combination, found_here) = match self.by_set[set.index()] {
            Some(known) => known,
            None => {
                let made = self.make_combination(set)?;
                self.by_set[set.index()] = Some(made);
                made
            }
        };
        found.roots |= found_here.roots;
        found.leaves |= found_here.leaves;
        Ok(combination)
    }

    fn make_combination(&mut self, set: LabelSetId) -> Result<(u32, LabelFrameMatches)> {
        let LabelFrames { roots, leaves, .. } = self.options;
        let mut found = LabelFrameMatches::default();
        // New rows are made for the roots first, as in pprof.
        let mut of_roots = Vec::new();
        for (place, key) in roots.iter().enumerate().rev() {
            of_roots.push(self.location(set, place, key, &mut found.roots)?);
        }
        let mut combination = Vec::new();
        for (place, key) in leaves.iter().enumerate().rev() {
            combination.push(self.location(set, roots.len() + place, key, &mut found.leaves)?);
        }
        combination.append(&mut of_roots);
        if let Some(&row) = self.combination_rows.get(&combination) {
            return Ok((row, found));
        }
        let row = u32::try_from(self.combinations.len()).expect("there are fewer than 2^32 label sets");
        self.combination_rows.insert(combination.clone(), row);
        self.combinations.push(combination);
        Ok((row, found))
    }

    fn location(&mut self, set: LabelSetId, place: usize, key: &str, found: &mut bool) -> Result<LocationId> {
        let values = self.values(set, key);
        *found |= !values.is_empty();
        let values = values.join(",");
        let name = match self.options.naming {
            LabelNaming::Value => values,
            LabelNaming::KeyAndValue if values.is_empty() => format!("{key}=(none)"),
            LabelNaming::KeyAndValue => format!("{key}={values}"),
        };
        // A key that is asked for twice has the same frames in both places.
        let all_keys = || self.options.roots.iter().chain(&self.options.leaves);
        let place = all_keys().position(|other| other == key).unwrap_or(place);
        if let Some(&known) = self.locations.get(&(place, name.clone())) {
            return Ok(known);
        }
        let location = self.add_location(key, &name)?;
        self.locations.insert((place, name), location);
        Ok(location)
    }

    /// Returns the values that a label set has for a key: texts, then numbers (pprof's `formatLabelValues`).
    fn values(&self, set: LabelSetId, key: &str) -> Vec<String> {
        let profile = self.profile;
        let of_key = || profile.labels(set).iter().filter(|label| profile.str(label.key()) == key);
        let texts = of_key().filter_map(|label| match label.value() {
            LabelValue::Text(text) => Some(profile.str(text).to_owned()),
            LabelValue::Number { .. } => None,
        });
        let numbers = of_key().filter_map(|label| match label.value() {
            LabelValue::Number { value, unit } => Some((value, profile.str(unit))),
            LabelValue::Text(_) => None,
        });
        let has_units = numbers.clone().any(|(_, unit)| !unit.is_empty());
        let to = if has_units { self.options.unit.as_str() } else { "" };
        texts.chain(numbers.map(|(value, unit)| unit::label(value, unit, to))).collect()
    }

    fn add_location(&mut self, key: &str, name: &str) -> Result<LocationId> {
        let file = if self.options.naming == LabelNaming::Value { key } else { "" };
        self.free_bytes = self
            .free_bytes
            .checked_sub(name.len() + file.len())
            .ok_or_else(|| Error::new(ErrorKind::TooLarge, "the names of labels pass 4 GiB"))?;
        let function =
            Function { name: self.strings.push(name), filename: self.strings.push(file), ..Function::default() };
        let symbols = &mut self.symbols;
        symbols.file_ids.functions = with_next_id(symbols.file_ids.functions.take());
        symbols.functions.push(function);
        let function = FunctionId::from_index(symbols.functions.len() - 1);
        symbols.file_ids.locations = with_next_id(symbols.file_ids.locations.take());
        symbols.locations.push(Location::default());
        let row = symbols.lines.push([Line { function, line: 0, column: 0 }]);
        Ok(LocationId::from_index(row))
    }
}

/// Returns the ids of a table with one more; none, which is 1, 2, 3 and so on, if there is no larger one.
fn with_next_id(ids: Option<Box<[u64]>>) -> Option<Box<[u64]>> {
    let mut ids = ids?.into_vec();
    ids.push(ids.iter().max()?.checked_add(1)?);
    Some(ids.into_boxed_slice())
}

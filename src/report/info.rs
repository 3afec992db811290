//! What kind of profile this is, what it holds and what to do with it.

use std::collections::HashMap;

use serde::Serialize;

use super::summary::Summary;
use super::values::ValueOptions;
use crate::aggregate::base_name;
use crate::profile::{LabelValue, LocationId, Profile, unit};

/// What a profile was made to show, as its sample types tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProfileKind {
    /// Where processor time goes.
    Cpu,
    /// Who holds, or has asked for, memory.
    Heap,
    /// Who waits for locks, channels or other threads.
    Contention,
    /// Where threads or goroutines are.
    Threads,
    /// Something else.
    Other,
}

/// A column of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TypeInfo {
    /// What is measured.
    pub kind: String,
    /// In what unit.
    pub unit: String,
    /// Sum of the absolute values.
    pub total: i64,
    /// The sum with a unit that fits.
    pub total_text: String,
    /// How many samples have a value other than 0.
    pub nonzero_samples: usize,
    /// Whether reports show this type if none is asked for.
    pub is_default: bool,
}

/// A label key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelInfo {
    /// The key.
    pub key: String,
    /// The unit of its numbers; empty for texts and numbers without one.
    pub unit: String,
    /// How many samples have it.
    pub samples: usize,
    /// How many different values it has.
    pub values: usize,
    /// The values that most samples have, at most three.
    pub most_common: Vec<String>,
}

/// How many of the locations have a function with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Symbolization {
    /// All of them.
    Full,
    /// Some of them.
    Partial,
    /// None of them.
    None,
}

/// A mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MappingInfo {
    /// File name.
    pub file: String,
    /// Build id, empty if not known.
    pub build_id: String,
    /// How many locations lie in it.
    pub locations: usize,
    /// How many of them have a function with a name.
    pub named: usize,
}

/// Something to know or to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hint {
    /// What there is to know.
    pub text: String,
    /// A command that helps, without the program's name and the file; empty for none.
    pub command: String,
}

/// What a profile holds.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Info {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// What the profile was made to show.
    pub kind: ProfileKind,
    /// Which profile this is.
    pub summary: Summary,
    /// What is counted between two samples, such as `cpu`; empty if not known.
    pub period_kind: String,
    /// How much of it, with a unit; empty if not known.
    pub period: String,
    /// The columns of values.
    pub types: Vec<TypeInfo>,
    /// How many samples there are.
    pub samples: usize,
    /// How many different stacks they have.
    pub stacks: usize,
    /// Frames of the longest stack.
    pub deepest_stack: usize,
    /// Frames of all samples, divided by their number.
    pub mean_depth: f64,
    /// How many locations there are.
    pub locations: usize,
    /// How many functions there are.
    pub functions: usize,
    /// How many locations have lines of inlined functions.
    pub locations_with_inlines: usize,
    /// How many of the locations have a function with a name.
    pub symbolization: Symbolization,
    /// The mappings.
    pub mappings: Vec<MappingInfo>,
    /// The label keys, by how many samples have them.
    pub labels: Vec<LabelInfo>,
    /// Regular expression of frames that the profile wants dropped; empty for none.
    pub drop_frames: String,
    /// What to know and to do.
    pub hints: Vec<Hint>,
}

/// Finds out what a profile holds.
///
/// Cost: a pass over samples, stacks and labels.
///
/// # Errors
/// [`ErrorKind::Inconsistent`](crate::ErrorKind::Inconsistent) if the profile has no sample types.
pub fn info(profile: &Profile) -> crate::Result<Info> {
    let default = profile.default_sample_type()?;
    let summary = Summary::new(profile, &ValueOptions::new(default, "auto"));
    let header = profile.header();
    let (period_kind, period_unit) = profile.value_type_names(header.period_type);
    let stacks = profile.stacks();
    let samples = profile.samples();
    let frames: usize = samples.stacks().iter().map(|stack| stacks.get(*stack).len()).sum();
    let symbols = profile.symbols();
    let mappings = mapping_infos(profile);
    let named = (0..symbols.locations().len()).filter(|&row| is_named(profile, LocationId::from_index(row))).count();
    let mut info = Info {
        version: 1,
        kind: profile_kind(profile),
        period_kind: period_kind.to_owned(),
        period: if header.period == 0 { String::new() } else { unit::label(header.period, period_unit, "auto") },
        types: type_infos(profile, default),
        samples: samples.len(),
        stacks: stacks.len(),
        deepest_stack: stacks.iter().map(<[LocationId]>::len).max().unwrap_or(0),
        mean_depth: if samples.is_empty() { 0.0 } else { frames as f64 / samples.len() as f64 },
        locations: symbols.locations().len(),
        functions: symbols.functions().len(),
        locations_with_inlines: symbols.lines().iter().filter(|lines| lines.len() > 1).count(),
        symbolization: match named {
            0 if !symbols.locations().is_empty() => Symbolization::None,
            named if named == symbols.locations().len() => Symbolization::Full,
            _ => Symbolization::Partial,
        },
        mappings,
        labels: label_infos(profile),
        drop_frames: profile.str(header.drop_frames).to_owned(),
        hints: Vec::new(),
        summary,
    };
    info.hints = hints(&info);
    Ok(info)
}

fn is_named(profile: &Profile, location: LocationId) -> bool {
    let symbols = profile.symbols();
    let has_name =
        |function: crate::profile::FunctionId| !profile.str(symbols.functions()[function.index()].name).is_empty();
    symbols.lines_of(location).iter().any(|line| has_name(line.function))
}

pub(super) fn profile_kind(profile: &Profile) -> ProfileKind {
    let names = |value_type| profile.value_type_names(value_type).0.to_owned();
    let kinds: Vec<String> = profile.sample_types().iter().map(|&value_type| names(value_type)).collect();
    let period = names(profile.header().period_type);
    let has = |wanted: &[&str]| kinds.iter().chain([&period]).any(|kind| wanted.contains(&kind.as_str()));
    if has(&["alloc_space", "inuse_space", "alloc_objects", "inuse_objects", "space", "objects", "allocations"]) {
        ProfileKind::Heap
    } else if has(&["contentions", "delay"]) {
        ProfileKind::Contention
    } else if has(&["goroutine", "goroutines", "threadcreate", "thread", "threads"]) {
        ProfileKind::Threads
    } else if has(&["cpu", "wall", "cycles", "task-clock", "cpu-clock"]) {
        ProfileKind::Cpu
    } else {
        ProfileKind::Other
    }
}

fn type_infos(profile: &Profile, default: usize) -> Vec<TypeInfo> {
    let info = |(column, value_type): (usize, &_)| {
        let (kind, unit) = profile.value_type_names(*value_type);
        let values = profile.samples().column(column);
        let total = values.clone().fold(0_i64, |sum, value| sum.wrapping_add(value.wrapping_abs()));
        TypeInfo {
            kind: kind.to_owned(),
            unit: unit.to_owned(),
            total,
            total_text: unit::label(total, unit, "auto"),
            nonzero_samples: values.filter(|&value| value != 0).count(),
            is_default: column == default,
        }
    };
    profile.sample_types().iter().enumerate().map(info).collect()
}

fn mapping_infos(profile: &Profile) -> Vec<MappingInfo> {
    let symbols = profile.symbols();
    let mut infos: Vec<MappingInfo> = (symbols.mappings().iter())
        .map(|mapping| MappingInfo {
            file: base_name_or_empty(profile.str(mapping.file)),
            build_id: profile.str(mapping.build_id).to_owned(),
            locations: 0,
            named: 0,
        })
        .collect();
    for (row, location) in symbols.locations().iter().enumerate() {
        if let Some(mapping) = location.mapping {
            let info = &mut infos[mapping.index()];
            info.locations += 1;
            info.named += usize::from(is_named(profile, LocationId::from_index(row)));
        }
    }
    infos
}

fn base_name_or_empty(path: &str) -> String {
    if path.is_empty() { String::new() } else { base_name(path).to_owned() }
}

fn label_infos(profile: &Profile) -> Vec<LabelInfo> {
    // How many samples have each set, then each key and value.
    let mut samples_of_set = vec![0_usize; profile.label_sets().len()];
    for set in profile.samples().label_sets() {
        samples_of_set[set.index()] += 1;
    }
    let mut keys: HashMap<&str, HashMap<LabelValue, usize>> = HashMap::new();
    // The first unit that a key has, as in pprof's `NumLabelUnits`.
    let mut units: HashMap<&str, &str> = HashMap::new();
    for (labels, samples) in profile.label_sets().iter().zip(samples_of_set) {
        for label in labels {
            let key = profile.str(label.key());
            *keys.entry(key).or_default().entry(label.value()).or_default() += samples;
            if let LabelValue::Number { unit, .. } = label.value()
                && !profile.str(unit).is_empty()
            {
                units.entry(key).or_insert(profile.str(unit));
            }
        }
    }
    let mut infos: Vec<LabelInfo> = keys
        .into_iter()
        .map(|(key, values)| label_info(profile, key, units.get(key).copied().unwrap_or_default(), &values))
        .collect();
    infos.sort_by(|one, other| other.samples.cmp(&one.samples).then_with(|| one.key.cmp(&other.key)));
    infos
}

fn label_info(profile: &Profile, key: &str, unit: &str, values: &HashMap<LabelValue, usize>) -> LabelInfo {
    let text = |value: LabelValue| match value {
        LabelValue::Text(text) => profile.str(text).to_owned(),
        LabelValue::Number { value, unit } => unit::label(value, profile.str(unit), "auto"),
    };
    let mut counts: Vec<(usize, String)> = values.iter().map(|(&value, &samples)| (samples, text(value))).collect();
    counts.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    LabelInfo {
        key: key.to_owned(),
        unit: unit.to_owned(),
        samples: counts.iter().map(|(samples, _)| samples).sum(),
        values: counts.len(),
        most_common: counts.into_iter().take(3).map(|(_, text)| text).collect(),
    }
}

fn hints(info: &Info) -> Vec<Hint> {
    let hint = |text: &str, command: &str| Hint { text: text.to_owned(), command: command.to_owned() };
    let mut hints = Vec::new();
    if info.samples == 0 {
        hints.push(hint("There are no samples: was the program idle, or profiled too shortly?", ""));
        return hints;
    }
    hints.push(match info.kind {
        ProfileKind::Cpu => hint("See which functions use the processor.", "top"),
        ProfileKind::Heap => hint("See who holds or asks for memory; other columns by --sample-type.", "top"),
        ProfileKind::Contention => hint("See who waits; callers that wait come first.", "top --cum"),
        ProfileKind::Threads => hint("See where threads are.", "top --cum"),
        ProfileKind::Other => hint("See what weighs most.", "top"),
    });
    hints.push(hint("Draw a flame graph.", "flame -o flame.svg"));
    if let Some(other) = info.types.iter().find(|value_type| !value_type.is_default && value_type.total != 0) {
        hints.push(hint("See another column of values.", &format!("top --sample-type {}", other.kind)));
    }
    if info.types.iter().any(|value_type| value_type.is_default && value_type.total == 0) {
        hints.push(hint("The default column holds only zeros.", ""));
    }
    match info.symbolization {
        Symbolization::Full => {}
        Symbolization::Partial => {
            hints.push(hint(
                "Some addresses have no names; they are shown by the file they lie in.",
                "top --granularity addresses",
            ));
        }
        Symbolization::None => {
            hints.push(hint("No address has a name: the profile was not symbolized.", "top --granularity addresses"));
        }
    }
    if !info.drop_frames.is_empty() {
        hints.push(hint("The profile hides some frames of its own producer.", "top --all-frames"));
    }
    hints
}

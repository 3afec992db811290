//! From what a session gathered to a profile.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use super::modules::History;
use super::session::Recording;
use super::stacks::Stack;
use crate::collector::cpu::Engine;
use crate::collector::labels::LabelSet;
use crate::error::Result;
use crate::profile::{
    Function, Label, LabelSetId, Line, Location, LocationId, Mapping, MappingId, Profile, ProfileBuilder, StackId,
};

/// The name of the frame that stands for the callers that a stack lacks.
const CUT: &str = "[callers missing]";
/// The name of the only frame of samples that were lost.
const LOST: &str = "[samples lost]";
/// The name of the only frame of the helper's CPU time.
const HELPER: &str = "[profiler]";
/// The name of the only frame of CPU time that nobody saw the stack of.
const UNSEEN: &str = "[stack not seen]";

/// Returns the time as the format has it.
pub(super) fn unix_nanos(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// Makes locations and stacks of addresses.
pub(super) struct Places<'h> {
    history: &'h History,
    /// The mapping of each module; only those of code without a file are made when they are needed.
    mappings: Vec<Option<MappingId>>,
    locations: HashMap<(u32, u64), LocationId>,
    scratch: Vec<LocationId>,
}

impl<'h> Places<'h> {
    /// Adds the mappings of all objects, the program's first.
    pub(super) fn new(history: &'h History, builder: &mut ProfileBuilder) -> Self {
        let program = std::fs::read_link("/proc/self/exe").unwrap_or_default();
        let is_program = |path: &str| std::path::Path::new(path) == program;
        let mut places = Self { history, mappings: Vec::new(), locations: HashMap::new(), scratch: Vec::new() };
        places.mappings = history.modules().map(|_| None).collect();
        for wanted in [true, false] {
            for (index, module) in history.modules().enumerate() {
                if module.path != "//anon" && is_program(&module.path) == wanted {
                    places.mapping(index, builder);
                }
            }
        }
        places
    }

    fn mapping(&mut self, index: usize, builder: &mut ProfileBuilder) -> Option<MappingId> {
        let module = self.history.modules().nth(index)?;
        let id = self.mappings[index].unwrap_or_else(|| {
            let mapping = Mapping {
                start_address: module.start,
                limit_address: module.end,
                file_offset: module.file_offset,
                file: builder.string(&module.path),
                build_id: builder.string(&module.build_id),
                ..Mapping::default()
            };
            builder.mapping(mapping)
        });
        self.mappings[index] = Some(id);
        Some(id)
    }

    fn location(&mut self, epoch: u32, address: u64, builder: &mut ProfileBuilder) -> LocationId {
        if let Some(&location) = self.locations.get(&(epoch, address)) {
            return location;
        }
        let module = self.history.find(epoch, address);
        let mapping = module.and_then(|index| self.mapping(index, builder));
        let location = builder.location(Location { address, mapping, is_folded: false }, &[]);
        self.locations.insert((epoch, address), location);
        location
    }

    /// Returns the profile's stack of these addresses.
    pub(super) fn stack(&mut self, stack: Stack<'_>, builder: &mut ProfileBuilder) -> StackId {
        let mut locations = std::mem::take(&mut self.scratch);
        locations.clear();
        locations.extend(stack.addresses.iter().map(|&address| self.location(stack.epoch, address, builder)));
        if stack.is_cut {
            locations.push(named(CUT, builder));
        }
        let id = builder.stack(&locations);
        self.scratch = locations;
        id
    }
}

/// Returns a location that has a name and no address.
fn named(name: &str, builder: &mut ProfileBuilder) -> LocationId {
    let name = builder.string(name);
    let function = builder.function(Function { name, system_name: name, ..Function::default() });
    builder.location(Location::default(), &[Line { function, line: 0, column: 0 }])
}

/// Returns the profile's labels of a set.
pub(super) fn label_pairs(labels: &LabelSet, builder: &mut ProfileBuilder) -> Vec<Label> {
    let pairs = labels.pairs();
    pairs.iter().map(|(key, value)| Label::text(builder.string(key), builder.string(value))).collect()
}

/// Returns the profile's set of some labels and those of a thread.
fn label_set(labels: &LabelSet, thread: Option<&(i32, String)>, builder: &mut ProfileBuilder) -> LabelSetId {
    let mut labels = label_pairs(labels, builder);
    labels.extend(thread.into_iter().flat_map(|thread| thread_labels(thread, builder)));
    builder.label_set(&labels)
}

/// Returns the profile's labels of a thread with this id and name.
pub(super) fn thread_labels((id, name): &(i32, String), builder: &mut ProfileBuilder) -> [Label; 2] {
    let no_unit = builder.string("");
    [
        Label::text(builder.string("thread"), builder.string(name)),
        Label::number(builder.string("thread_id"), i64::from(*id), no_unit),
    ]
}

/// Makes the profile of a session.
///
/// # Errors
/// None that a caller could cause.
pub(super) fn cpu_profile(recording: &Recording) -> Result<Profile> {
    let gathered = &recording.gathered;
    let options = &gathered.options;
    let mut builder = ProfileBuilder::new();
    builder.sample_type("samples", "count");
    let kind = if options.engine == Engine::WallClock { "wall" } else { "cpu" };
    let period_type = builder.sample_type(kind, "nanoseconds");
    let period = i64::try_from(options.period_nanos).unwrap_or(i64::MAX);
    let mut places = Places::new(&recording.history, &mut builder);
    let values = |weight: u64| {
        let count = i64::try_from(weight).unwrap_or(i64::MAX);
        [count, count.saturating_mul(period)]
    };
    let mut cut = 0;
    for (stack, key, weight) in gathered.samples.iter() {
        let thread = (key.thread as usize).checked_sub(1).map(|row| &gathered.threads.names[row]);
        let stack_id = places.stack(stack, &mut builder);
        let labels = label_set(&LabelSet::of_sample(key.labels), thread, &mut builder);
        builder.sample(stack_id, labels, &values(weight));
        cut += if stack.is_cut { weight } else { 0 };
    }
    let mut comments = Vec::new();
    let for_want_of_room = Some("were lost for want of room");
    let without_stack = Some("found no stack in time");
    let (lost, unseen) = (gathered.lost, gathered.unseen);
    for (name, weight, what) in
        [(LOST, lost, for_want_of_room), (UNSEEN, unseen, without_stack), (HELPER, gathered.of_helper, None)]
    {
        if weight > 0 {
            let location = named(name, &mut builder);
            let (stack, labels) = (builder.stack(&[location]), builder.label_set(&[]));
            builder.sample(stack, labels, &values(weight));
            comments.extend(what.map(|what| format!("rpprof: {weight} samples {what}; they are shown as {name}")));
        }
    }
    if cut > 0 {
        comments.push(format!("rpprof: the stacks of {cut} samples lack callers; they end with {CUT}"));
    }
    let comments = comments.iter().map(|comment| builder.string(comment)).collect();
    let header = builder.header_mut();
    header.time_nanos = unix_nanos(gathered.started);
    header.duration_nanos = i64::try_from(gathered.duration.as_nanos()).unwrap_or(i64::MAX);
    header.period_type = period_type;
    header.period = period;
    header.comments = comments;
    builder.build()
}

/// Makes a profile that counts stacks, as Go's profiles that programs define.
///
/// # Errors
/// None that a caller could cause.
pub(super) fn count_profile<'s>(
    kind: &str,
    stacks: impl Iterator<Item = (Stack<'s>, &'s LabelSet, u64)>,
    history: &History,
) -> Result<Profile> {
    let mut builder = ProfileBuilder::new();
    let period_type = builder.sample_type(kind, "count");
    let mut places = Places::new(history, &mut builder);
    for (stack, labels, count) in stacks {
        let stack = places.stack(stack, &mut builder);
        let labels = label_set(labels, None, &mut builder);
        builder.sample(stack, labels, &[i64::try_from(count).unwrap_or(i64::MAX)]);
    }
    let header = builder.header_mut();
    header.time_nanos = unix_nanos(SystemTime::now());
    header.period_type = period_type;
    header.period = 1;
    builder.build()
}

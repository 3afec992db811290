//! What samples weigh over time, where their labels tell when they were taken.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rpprof::aggregate::Interrupt;
use rpprof::profile::{LabelSetId, LabelValue, unit};
use rpprof::transform::{LabelUnits, Selection};

use super::frame_name::FrameNames;
use super::heat::Heat;
use super::labels::{LabelKey, SAMPLES_AT_ONCE};
use super::prepare::Prepared;

/// Into how many parts the time is divided; a screen is rarely wider.
pub(super) const PARTS: usize = 960;
/// How many functions have a row.
const ROWS: usize = 100;
/// Names of keys that tell when, without their unit.
const NAMES: [&str; 10] = [
    "timestamp",
    "end_timestamp",
    "start_timestamp",
    "sample_timestamp",
    "time",
    "start_time",
    "end_time",
    "sample_time",
    "time_since_start",
    "ts",
];
/// Nanoseconds since 1970 of the years 2001 and 2100: what lies between is a time and no duration.
pub(super) const EPOCH_NANOS: std::ops::Range<f64> = 0.978_307_200e18..4.102_444_800e18;

/// What is asked of the time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TimeQuestion {
    /// The label that tells when; the first one if it is not there.
    pub(super) key: Option<String>,
    /// The first and the last time that are seen; all if there are none.
    pub(super) window: Option<(i64, i64)>,
    /// Columns and rows of a heat map, if one is wanted.
    pub(super) grid: Option<(u16, u16)>,
}

/// What samples weigh over time.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    pub(super) asked: TimeQuestion,
    pub(super) names: Arc<FrameNames>,
    /// The keys that tell when, and which of them is shown.
    pub(super) keys: Vec<String>,
    pub(super) shown: usize,
    /// The key that is shown, for queries.
    pub(super) key: LabelKey,
    /// When the first sample was taken, and when the last one, in the key's unit.
    pub(super) whole: (i64, i64),
    /// The first and the last time that are seen.
    pub(super) first: i64,
    pub(super) last: i64,
    /// Whether times are since 1970.
    pub(super) is_epoch: bool,
    /// What all samples weigh that are seen, part by part.
    pub(super) total: Vec<i64>,
    /// Functions by what they weigh themselves, the heaviest first.
    pub(super) rows: Vec<TimelineRow>,
    /// What the samples weigh that do not tell when they were taken.
    pub(super) untimed: i64,
    pub(super) heat: Option<Heat>,
}

/// What a function weighs by itself over time.
#[derive(Clone, Debug)]
pub(super) struct TimelineRow {
    pub(super) frame: u32,
    pub(super) parts: Vec<i64>,
}

impl Timeline {
    /// Returns when a part begins, in the key's unit; past the last one it is when that ends.
    pub(super) fn start_of(&self, part: usize) -> i128 {
        let span = i128::from(self.last) - i128::from(self.first) + 1;
        // The first time at which `part_of` is this part.
        i128::from(self.first) + (part as i128 * span + PARTS as i128 - 1) / PARTS as i128
    }

    /// Returns the part that a time is in.
    fn part_of(first: i64, last: i64, time: i64) -> usize {
        let span = i128::from(last) - i128::from(first) + 1;
        let part = (i128::from(time) - i128::from(first)) * PARTS as i128 / span;
        usize::try_from(part).unwrap_or(0).min(PARTS - 1)
    }

    /// Returns the part that a time is in, or the nearest one.
    pub(super) fn part_at(&self, time: i128) -> usize {
        let time = time.clamp(i128::from(self.first), i128::from(self.last));
        i64::try_from(time).map_or(0, |time| Self::part_of(self.first, self.last, time))
    }

    /// Writes the query for the samples from one time on and before another; `None` if there is no time in between.
    pub(super) fn query(&self, from: i128, end: i128) -> Option<String> {
        // A slice may begin before all samples.
        let from_number = i64::try_from(from.max(i128::from(i64::MIN))).ok()?;
        (end > from).then(|| self.key.query_range(from_number, end))
    }

    /// Writes how long after the first sample a time is.
    pub(super) fn since(&self, time: i128) -> String {
        format!("+{}", self.duration((time - i128::from(self.whole.0)).max(0)))
    }

    /// Writes how long something takes, in the key's unit.
    pub(super) fn duration(&self, units: i128) -> String {
        unit::label(i64::try_from(units).unwrap_or(i64::MAX), &self.key.unit, "auto")
    }

    /// Writes when the first sample was taken.
    pub(super) fn beginning(&self) -> String {
        if !self.is_epoch {
            return self.key.number(self.whole.0);
        }
        let nanos = unit::convert(1, &self.key.unit, "nanoseconds").0 * self.whole.0 as f64;
        let time = jiff::Timestamp::from_nanosecond(nanos as i128); // It is between 2001 and 2100.
        time.map_or(String::new(), |time| time.strftime("%F %T UTC").to_string())
    }
}

/// Adds up what samples weigh over the time that is wanted; `None` if it was interrupted.
///
/// # Errors
/// Why there is no timeline, in words.
pub(super) fn timeline(
    prepared: &Prepared<'_, '_>,
    asked: &TimeQuestion,
    interrupt: &Interrupt,
) -> Option<Result<Timeline, String>> {
    if prepared.old.is_some() {
        return Some(Err("two profiles have times of their own; <next-side> shows one of them".to_owned()));
    }
    let selection = &prepared.selection;
    let times = times(selection, interrupt)?;
    let keys: Vec<String> = times.keys().map(|key| (*key).to_owned()).collect();
    let shown = asked.key.as_ref().and_then(|wanted| keys.iter().position(|key| key == wanted)).unwrap_or(0);
    let Some(times) = keys.get(shown).and_then(|key| times.get(key.as_str())) else {
        return Some(Err("no sample that is looked at tells when it was taken".to_owned()));
    };
    let key = LabelKey {
        key: keys[shown].clone(),
        unit: times.unit.clone(),
        has_units: times.has_units,
        unlabelled: 0,
        values: Vec::new(),
        histogram: None,
    };
    let column = prepared.values.sample_type;
    let mut samples = Vec::new();
    let mut untimed = 0_i64;
    for (index, (sample, stack)) in selection.samples().enumerate() {
        if index % SAMPLES_AT_ONCE == 0 && interrupt.is_set() {
            return None;
        }
        let value = sample.values[column];
        match times.by_set.get(&sample.labels) {
            Some(&time) => {
                let own = stack.first().and_then(|&leaf| prepared.frames.at(leaf).first());
                samples.push((time, value, own.map(|frame| frame.index())));
            }
            None => untimed = untimed.wrapping_add(value),
        }
    }
    let whole = (
        samples.iter().map(|sample| sample.0).min().unwrap_or(0),
        samples.iter().map(|sample| sample.0).max().unwrap_or(0),
    );
    let (first, last) = match asked.window {
        Some((from, to)) => (from.clamp(whole.0, whole.1), to.clamp(whole.0, whole.1)),
        None => whole,
    };
    samples.retain(|sample| (first..=last).contains(&sample.0));
    let mut sums: HashMap<usize, i64> = HashMap::new();
    for (_, value, own) in &samples {
        if let Some(own) = own {
            let sum = sums.entry(*own).or_insert(0);
            *sum = sum.wrapping_add(*value);
        }
    }
    let mut heaviest: Vec<(usize, i64)> = sums.into_iter().filter(|(_, value)| *value != 0).collect();
    heaviest.sort_by_key(|&(frame, value)| (Reverse(value.unsigned_abs()), frame));
    heaviest.truncate(ROWS);
    let row_of: HashMap<usize, usize> = heaviest.iter().enumerate().map(|(row, (frame, _))| (*frame, row)).collect();
    let row = |&(frame, _): &(usize, i64)| TimelineRow { frame: frame as u32, parts: vec![0; PARTS] }; // 32 bits.
    let mut rows: Vec<TimelineRow> = heaviest.iter().map(row).collect();
    let mut total = vec![0_i64; PARTS];
    let mut heat = asked.grid.map(|grid| Heat::new((first, last), whole.0, grid));
    for (time, value, own) in samples {
        if let Some(heat) = &mut heat {
            heat.add(time, value);
        }
        let part = Timeline::part_of(first, last, time);
        total[part] = total[part].wrapping_add(value);
        if let Some(&row) = own.and_then(|own| row_of.get(&own)) {
            let sum = &mut rows[row].parts[part];
            *sum = sum.wrapping_add(value);
        }
    }
    let (is_epoch, asked) = (is_epoch(whole.0, &key.unit), asked.clone());
    let names = Arc::clone(&prepared.names);
    Some(Ok(Timeline { asked, names, keys, shown, key, whole, first, last, is_epoch, total, rows, untimed, heat }))
}

/// The times of a key.
#[derive(Default)]
struct Times {
    unit: String,
    has_units: bool,
    by_set: HashMap<LabelSetId, i64>,
}

/// Returns the times of samples that are looked at, by key.
fn times<'p>(selection: &Selection<'p>, interrupt: &Interrupt) -> Option<BTreeMap<&'p str, Times>> {
    let profile = selection.profile();
    let units = LabelUnits::new(profile);
    let mut times: BTreeMap<&'p str, Times> = BTreeMap::new();
    let mut is_seen = vec![false; profile.label_sets().len()];
    for (index, (sample, _)) in selection.samples().enumerate() {
        if index % SAMPLES_AT_ONCE == 0 && interrupt.is_set() {
            return None;
        }
        if std::mem::replace(&mut is_seen[sample.labels.index()], true) {
            continue;
        }
        for label in selection.labels(sample.labels) {
            let LabelValue::Number { value, unit } = label.value() else { continue };
            let (key, own) = (profile.str(label.key()), profile.str(unit));
            let unit = unit_of(key, units.of(key));
            if !is_time(key, value, unit) {
                continue;
            }
            let is_other = !own.is_empty() && own != units.of(key);
            if is_other && !unit::are_convertible(own, unit) {
                continue;
            }
            let value = if is_other { unit::convert(value, own, unit).0.round() as i64 } else { value }; // It saturates.
            let times = times.entry(key).or_default();
            times.unit = unit.to_owned();
            times.has_units |= is_other;
            times.by_set.insert(sample.labels, value);
        }
    }
    Some(times)
}

/// Returns the unit of a key's numbers: its own if that is one of time, else the one that the key ends with.
fn unit_of<'u>(key: &str, unit: &'u str) -> &'u str {
    if unit::are_convertible(unit, "nanoseconds") {
        return unit;
    }
    match key.rsplit('_').next() {
        Some("ns" | "nanos" | "nanoseconds") => "nanoseconds",
        Some("us" | "micros" | "microseconds") => "microseconds",
        Some("ms" | "millis" | "milliseconds") => "milliseconds",
        Some("s" | "secs" | "seconds") => "seconds",
        _ => unit,
    }
}

/// Returns whether a label tells when its sample was taken: it is called so, or it is a time since 1970.
fn is_time(key: &str, value: i64, unit: &str) -> bool {
    if !unit::are_convertible(unit, "nanoseconds") {
        return false;
    }
    let name = key.to_lowercase().replace(['-', '.', ' '], "_");
    let is_unit = |end: &str| !unit_of(end, "").is_empty();
    let bare = name.rsplit_once('_').filter(|(_, end)| is_unit(end)).map_or(name.as_str(), |(bare, _)| bare);
    NAMES.contains(&bare) || is_epoch(value, unit)
}

fn is_epoch(value: i64, unit: &str) -> bool {
    EPOCH_NANOS.contains(&(unit::convert(1, unit, "nanoseconds").0 * value as f64))
}

#[cfg(test)]
mod tests {
    use super::{PARTS, Timeline, is_time, unit_of};

    #[test]
    fn labels_that_tell_when_are_known() {
        for (key, value, unit, expected) in [
            ("end_timestamp_ns", 5, "nanoseconds", true),
            ("timestamp", 5, "ms", true),
            ("Start-Time", 5, "seconds", true),
            ("request_done", 1_700_000_000, "seconds", true),
            ("request_done", 1_700_000_000_000_000_000, "nanoseconds", true),
            ("latency", 5, "ms", false),
            ("timeout", 30, "seconds", false),
            ("timestamp", 5, "bytes", false),
            ("bytes", 1_700_000_000, "bytes", false),
        ] {
            assert_eq!(is_time(key, value, unit), expected, "{key}={value}{unit}");
        }
        assert_eq!(unit_of("end_timestamp_ns", "end_timestamp_ns"), "nanoseconds");
        assert_eq!(unit_of("timestamp", "ms"), "ms");
    }

    #[test]
    fn each_time_is_in_the_part_that_its_query_asks_for() {
        for (first, last) in
            [(0, 0), (0, 10), (-5, 1000), (1_700_000_000_000_000_000, 1_700_000_003_123_456_789), (i64::MIN, i64::MAX)]
        {
            let timeline = Timeline {
                asked: Default::default(),
                whole: (first, last),
                heat: None,
                names: Default::default(),
                keys: Vec::new(),
                shown: 0,
                key: crate::tui::labels::LabelKey {
                    key: "time".to_owned(),
                    unit: "ns".to_owned(),
                    has_units: false,
                    unlabelled: 0,
                    values: Vec::new(),
                    histogram: None,
                },
                first,
                last,
                is_epoch: false,
                total: Vec::new(),
                rows: Vec::new(),
                untimed: 0,
            };
            assert_eq!(timeline.start_of(0), i128::from(first));
            assert_eq!(timeline.start_of(PARTS), i128::from(last) + 1);
            let span = i128::from(last) - i128::from(first);
            for step in 0..=200 {
                let time = i64::try_from(i128::from(first) + span * step / 200).expect("it is between both");
                let part = Timeline::part_of(first, last, time);
                let range = timeline.start_of(part)..timeline.start_of(part + 1);
                assert!(range.contains(&i128::from(time)), "{time} in {range:?} of {first}..={last}");
            }
        }
    }
}

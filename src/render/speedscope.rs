//! Flame graphs as files of speedscope.

use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::profile::unit::{are_convertible, convert};
use crate::report::Flame;

/// What the format is called.
const SCHEMA: &str = "https://www.speedscope.app/file-format-schema.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    shared: Shared<'r>,
    profiles: Vec<SampledProfile>,
    name: &'r str,
    active_profile_index: usize,
    exporter: &'static str,
}

#[derive(Serialize)]
struct Shared<'r> {
    frames: Vec<Frame<'r>>,
}

#[derive(Serialize)]
struct Frame<'r> {
    name: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SampledProfile {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    unit: &'static str,
    start_value: f64,
    end_value: f64,
    /// Frames of each sample, the outermost first.
    samples: Vec<Vec<usize>>,
    weights: Vec<f64>,
}

/// Writes flame graphs as one file for <https://www.speedscope.app>, each as a sampled profile.
///
/// A sample stands for all that ends in a box; so there is no order of time. The graphs have to begin at the callers.
/// Times become nanoseconds and sizes bytes, as the format knows few units. `name` is what the file is called in the
/// list, and each graph has a name of its own.
///
/// # Errors
/// What the writer says.
pub fn speedscope(name: &str, graphs: &[(&str, &Flame)], writer: impl Write) -> io::Result<()> {
    let mut rows: HashMap<&str, usize> = HashMap::new();
    let mut frames = Vec::new();
    let mut profiles = Vec::new();
    for (name, flame) in graphs {
        let row_of = |name| {
            *rows.entry(name).or_insert_with(|| {
                frames.push(Frame { name });
                frames.len() - 1
            })
        };
        let own: Vec<usize> = flame.boxes.iter().map(|flame_box| flame_box.name.as_str()).map(row_of).collect();
        profiles.push(profile(name, flame, &own));
    }
    let exporter = concat!("rpprof@", env!("CARGO_PKG_VERSION"));
    let shared = Shared { frames };
    let file = File { schema: SCHEMA, shared, profiles, name, active_profile_index: 0, exporter };
    super::json(&file, writer)
}

/// Returns a graph as samples; `frames` has the row of each box's frame.
fn profile(name: &str, flame: &Flame, frames: &[usize]) -> SampledProfile {
    let from = flame.summary.unit.as_str();
    let known = [("nanoseconds", "nanoseconds"), ("bytes", "bytes")];
    let to = known.into_iter().find(|(unit, _)| are_convertible(from, unit)).map_or("none", |(unit, _)| unit);
    let (mut samples, mut weights) = (Vec::new(), Vec::new());
    for (row, flame_box) in flame.boxes.iter().enumerate().filter(|(_, flame_box)| flame_box.rest > 0) {
        let mut stack = Vec::with_capacity(flame_box.depth + 1);
        let mut next = Some(row);
        while let Some(row) = next {
            stack.push(frames[row]);
            next = flame.boxes[row].parent;
        }
        stack.reverse();
        samples.push(stack);
        weights.push(if to == "none" { flame_box.rest as f64 } else { convert(flame_box.rest, from, to).0 });
    }
    let end_value = weights.iter().sum();
    SampledProfile { kind: "sampled", name: name.to_owned(), unit: to, start_value: 0.0, end_value, samples, weights }
}

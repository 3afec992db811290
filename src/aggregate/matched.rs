//! What the frames weigh together that an expression matches.

use regex::Regex;

use super::weights::StackWeights;
use crate::profile::{LocationId, StackId};
use crate::transform::{NameMatches, Selection};

/// What the frames weigh together that an expression matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Matched {
    /// Values of the samples whose innermost frame matches.
    pub flat: i64,
    /// Values of the samples in whose stacks some frame matches, each once however many do.
    pub cum: i64,
    /// Whether there is such a sample with a value.
    pub is_found: bool,
}

/// Adds up what matches an expression, for each of several weights of one selection.
///
/// Frames match as in [`Filter::focus`](crate::transform::Filter::focus): by the name of the function, of its
/// file or of the mapping. Frames that a filter hides do not.
///
/// Cost: a match for each distinct name, then a pass over the stacks for each of the weights.
///
/// ```
/// use rpprof::aggregate::{Measure, StackWeights, matched};
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::transform::Selection;
///
/// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
/// let all = Selection::all(&profile);
/// let weights = StackWeights::new(&all, Measure::of(1));
/// let sort = regex::Regex::new(r"^sort\.").expect("it is valid");
/// let [sum] = matched(&all, &sort, [&weights]);
/// assert!(sum.is_found && sum.flat <= sum.cum && sum.cum <= weights.total());
/// # Ok::<(), rpprof::Error>(())
/// ```
pub fn matched<const N: usize>(selection: &Selection<'_>, regex: &Regex, weights: [&StackWeights; N]) -> [Matched; N] {
    let names = NameMatches::new(selection.profile(), regex);
    let locations = selection.profile().symbols().locations();
    let by_location: Vec<Match> = (0..locations.len())
        .map(|row| {
            let id = LocationId::from_index(row);
            let is_shown = !selection.is_hidden(id);
            let (lines, mapping) = (selection.lines_of(id), names.mapping(&locations[row]));
            Match {
                is_shown,
                some: is_shown && (mapping || lines.iter().any(|line| names.line(line))),
                innermost: is_shown && (mapping || lines.first().is_some_and(|line| names.line(line))),
            }
        })
        .collect();
    weights.map(|weights| sum(selection, &by_location, weights))
}

/// Which frames of a location match.
struct Match {
    is_shown: bool,
    /// Whether some frame does.
    some: bool,
    /// Whether the innermost does.
    innermost: bool,
}

fn sum(selection: &Selection<'_>, by_location: &[Match], weights: &StackWeights) -> Matched {
    let mut sum = Matched::default();
    for (row, &weight) in weights.weights().iter().enumerate() {
        let Some(stack) = selection.stack(StackId::from_index(row)).filter(|_| weight != 0) else { continue };
        let mut matches = stack.iter().map(|location| &by_location[location.index()]).filter(|found| found.is_shown);
        let Some(leaf) = matches.next() else { continue };
        if leaf.innermost {
            sum.flat = sum.flat.wrapping_add(weight);
        }
        if leaf.some || matches.any(|found| found.some) {
            sum.cum = sum.cum.wrapping_add(weight);
            sum.is_found = true;
        }
    }
    sum
}

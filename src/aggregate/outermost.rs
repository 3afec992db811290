//! Where in each stack a frame stands for the first time, as seen from the outermost caller.

use super::call_tree::{Root, TreeColumn};
use super::frames::FrameId;
use super::interrupt::Interrupt;
use super::parallel::in_ranges;
use crate::profile::{LocationId, StackId};

/// Stacks between two looks at whether the result is still wanted.
const STACKS_AT_ONCE: usize = 1 << 13;

/// A stack with the frame, from its outermost call on.
pub(super) struct Outermost<'p> {
    /// What is left of the stack; it begins, or from the callers ends, with the location of the frame.
    pub(super) rest: &'p [LocationId],
    pub(super) weight: i64,
    /// How many frames of that location are passed.
    pub(super) frames: u32,
}

/// Finds the outermost call of a frame in each stack that weighs something and has it, in the order of the stacks.
///
/// `None` if it was interrupted.
///
/// Cost: a pass over these stacks, on all cores if they are many.
pub(super) fn outermost<'p>(
    column: &TreeColumn<'_, 'p>,
    frame: FrameId,
    root: Root,
    interrupt: &Interrupt,
) -> Option<Vec<Outermost<'p>>> {
    let TreeColumn { selection, frames, weights, .. } = column;
    let has_frame: Vec<bool> = frames.by_location().iter().map(|list| list.contains(&frame)).collect();
    let find = |index: usize| {
        let stack = selection.stack(StackId::from_index(index))?;
        let place = stack.iter().rposition(|location| has_frame[location.index()])?;
        let list = frames.at(stack[place]);
        let position = list.iter().rposition(|other| *other == frame)?;
        let (rest, frames) = match root {
            Root::Callers => (&stack[..=place], list.len() - 1 - position),
            Root::Leaves => (&stack[place..], position),
        };
        // A location has no 2^32 frames.
        Some(Outermost { rest, weight: weights.weights()[index], frames: frames as u32 })
    };
    let parts = in_ranges(selection.profile().stacks(), |range| {
        let mut found = Vec::new();
        for index in range {
            if index % STACKS_AT_ONCE == 0 && interrupt.is_set() {
                break;
            }
            if weights.weights()[index] != 0 {
                found.extend(find(index));
            }
        }
        found
    });
    (!interrupt.is_set()).then(|| parts.into_iter().flatten().collect())
}

//! Which part of the time is seen: zooming in and out of it, and moving along.

use super::state::State;
use super::timeline::Timeline;
use super::timeline_cursor::{chosen_times, time};

/// Fewer moments than these are not divided any more.
const LEAST_SPAN: i128 = 16;

/// Returns the first and the last time that are seen, or will be, of those that there are.
fn seen(state: &State, timeline: &Timeline) -> (i128, i128) {
    let (first, last) = state.timeline_cursor.window.unwrap_or(timeline.whole);
    (i128::from(first), i128::from(last))
}

/// Makes times seen as far as there are such, and stays at one of them.
fn show(state: &mut State, timeline: &Timeline, (first, last): (i128, i128), goal: i128) {
    let whole = (i128::from(timeline.whole.0), i128::from(timeline.whole.1));
    let (first, last) = (first.clamp(whole.0, whole.1), last.clamp(whole.0, whole.1));
    let cursor = &mut state.timeline_cursor;
    cursor.window = match (i64::try_from(first), i64::try_from(last)) {
        (Ok(first), Ok(last)) if (i128::from(first), i128::from(last)) != whole => Some((first, last)),
        _ => None,
    };
    (cursor.goal, cursor.mark) = (Some(goal.clamp(first, last)), None);
}

/// Shows the range that is marked, or half of what is seen, around the cursor.
pub(super) fn zoom_in(state: &mut State) {
    let (Some(timeline), Some(here)) = (state.timeline.clone(), time(state)) else { return };
    let (first, last) = seen(state, &timeline);
    let span = last - first + 1;
    if span <= LEAST_SPAN {
        return state.tell("there is nothing between these times; <unzoom-time> shows more");
    }
    if let Some((from, to)) = chosen_times(state).filter(|_| state.timeline_cursor.mark.is_some()) {
        let more = (LEAST_SPAN - (to - from + 1)).max(0);
        return show(state, &timeline, (from, to + more), from);
    }
    // The cursor stays where it is on the screen.
    let (before, half) = ((here - first) / 2, span / 2);
    show(state, &timeline, (here - before, here - before + half - 1), here);
}

/// Shows twice as much of the time, around the cursor.
pub(super) fn zoom_out(state: &mut State) {
    let (Some(timeline), Some(here)) = (state.timeline.clone(), time(state)) else { return };
    if state.timeline_cursor.window.is_none() {
        return state.tell("all of the time is seen");
    }
    let (first, last) = seen(state, &timeline);
    let from = here - (here - first) * 2;
    show(state, &timeline, (from, from + (last - first + 1) * 2 - 1), here);
}

/// Shows all of the time.
pub(super) fn reset(state: &mut State) {
    if state.timeline_cursor.window.is_none() {
        return state.tell("all of the time is seen");
    }
    let goal = time(state);
    let cursor = &mut state.timeline_cursor;
    (cursor.window, cursor.goal, cursor.mark) = (None, goal, None);
}

/// Shows what is later, or earlier, by half of what is seen; the cursor goes on into it, a range stays where it is seen.
pub(super) fn shift(state: &mut State, is_later: bool) {
    let Some(timeline) = state.timeline.clone() else { return };
    if state.timeline_cursor.window.is_none() || state.timeline_cursor.mark.is_some() {
        return;
    }
    let (first, last) = seen(state, &timeline);
    let (whole_first, whole_last) = (i128::from(timeline.whole.0), i128::from(timeline.whole.1));
    let half = (last - first + 1) / 2;
    let by = if is_later { half.min(whole_last - last) } else { -half.min(first - whole_first) };
    if by != 0 {
        let goal = if is_later { last + 1 } else { first - 1 };
        show(state, &timeline, (first + by, last + by), goal);
    }
}

/// Writes which part of the time is seen, if not all of it is.
pub(super) fn text(state: &State) -> Option<String> {
    let (first, last) = state.timeline_cursor.window?;
    let timeline = state.timeline.as_ref()?;
    Some(format!("time:{} to {}", timeline.since(i128::from(first)), timeline.since(i128::from(last) + 1)))
}

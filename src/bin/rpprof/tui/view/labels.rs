//! Labels: keys, and their values by what they weigh; of many numbers a histogram.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::delta::Delta;
use super::super::histogram::Histogram;
use super::super::key::Action;
use super::super::label_list::{LabelRow, chosen_rows};
use super::super::labels::LabelKey;
use super::super::request::Topic;
use super::super::state::{State, View};
use super::{bar, is_compact, mark_line, percent, put, put_change};

/// Columns of a bar.
const BAR: u16 = 10;
/// Columns before a bar: a value and its share.
const BEFORE: u16 = 18;
/// From so many columns on there are bars.
const BARS: u16 = 60;
/// From so many columns on bars are twice as long.
const WIDE: u16 = 100;

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some(labels) = &state.labels else {
        return put(buffer, area, 0, state.why_not(Topic::Labels), state.theme.faint());
    };
    if labels.is_empty() {
        return put(buffer, area, 0, "no sample has labels", state.theme.faint());
    }
    let place = state.place_in(View::Labels);
    let chosen = chosen_rows(state);
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        let Some(row) = state.label_list.rows.get(index) else { break };
        match *row {
            LabelRow::Key(key) => {
                put(buffer, area, line, &heading(state, &labels[key], area.width), state.theme.strong());
            }
            LabelRow::Bucket(key, index) => {
                let Some(histogram) = &labels[key].histogram else { continue };
                let bucket = &histogram.buckets[index];
                let text = labels[key].range(bucket, state.theme.is_ascii);
                weighed(state, buffer, area, line, (bucket.value, bucket.old), histogram.heaviest(), &text);
            }
            LabelRow::Value(key, index) => {
                let value = &labels[key].values[index];
                let text = labels[key].text(&value.content);
                weighed(state, buffer, area, line, (value.value, value.old), state.total().unsigned_abs(), &text);
            }
            LabelRow::More(key) => {
                let seen =
                    state.label_list.rows.iter().filter(|row| matches!(row, LabelRow::Value(of, _) if *of == key));
                let (seen, count) = (seen.count(), labels[key].values.len());
                let more = if seen == 0 { format!("{count} values") } else { format!("{} more values", count - seen) };
                let list = state.settings.key_of(Action::Right, View::Labels).unwrap_or("enter");
                let text = format!("{:>1$}{more}; {list} lists them", "", usize::from(BEFORE));
                put(buffer, area, line, &text, state.theme.faint());
            }
        }
        if index == place.row || (state.label_list.mark.is_some() && chosen.contains(&index)) {
            mark_line(buffer, area, line, state.cursor_style(View::Labels));
        }
    }
}

/// Draws what a value or a bucket weighs; its bar is long by its part of `whole`.
fn weighed(
    state: &State,
    buffer: &mut Buffer,
    area: Rect,
    line: u16,
    (value, old): (i64, i64),
    whole: u64,
    text: &str,
) {
    if state.scope.is_diff() {
        return put_change(state, buffer, area, line, &Delta::of(old, value), text, Style::new());
    }
    let length = match area.width {
        width if width < BARS || is_compact(state) => 0,
        width if width < WIDE => BAR,
        _ => 2 * BAR,
    };
    let (shown, percent) = (state.label(value), percent(state, value));
    let space = if length == 0 { 0 } else { usize::from(length) + 1 };
    let text = format!("{shown:>9} {:>7} {:>space$}{text}", percent, "");
    put(buffer, area, line, &text, Style::new());
    let width = area.width.saturating_sub(BEFORE).min(length);
    if width > 0 && whole > 0 && line < area.height {
        let bar = bar(state, value.unsigned_abs() as f64 / whole as f64, usize::from(length));
        buffer.set_stringn(area.x + BEFORE, area.y + line, bar, usize::from(width), state.theme.bar());
    }
}

/// Tells what a key has.
fn heading(state: &State, key: &LabelKey, width: u16) -> String {
    let without = match key.unlabelled {
        0 => String::new(),
        value => format!(", {} without it", state.label(value)),
    };
    let noun = if key.values.len() == 1 { "value" } else { "values" };
    let mut text = format!("{}: {} {noun}{without}", key.key, key.values.len());
    if let Some(histogram) = &key.histogram {
        let (median, most) = (key.number(histogram.median), key.number(histogram.ninth_decile));
        text = format!("{text}, median {median}, 90% up to {most}");
        let profile = profile(state, histogram);
        if text.len() + profile.len() / 3 + 2 <= usize::from(width) {
            text = format!("{text}  {profile}");
        }
    }
    text
}

/// Writes a histogram in one line; in ASCII there is nothing to write it with.
fn profile(state: &State, histogram: &Histogram) -> String {
    if state.theme.is_ascii || state.scope.is_diff() {
        return String::new();
    }
    let heights = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let heaviest = histogram.heaviest().max(1) as f64;
    let height = |value: i64| (value.unsigned_abs() as f64 / heaviest * 8.0).ceil() as usize;
    histogram.buckets.iter().map(|bucket| heights[height(bucket.value).min(8)]).collect()
}

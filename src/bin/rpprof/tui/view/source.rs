//! The source of a function with what its lines weigh.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use rpprof::report::{ListingLine, Routine, Source};
use unicode_width::UnicodeWidthStr;

use super::super::delta::Delta;
use super::super::find::matching_lines;
use super::super::lexer::Span;
use super::super::request::Topic;
use super::super::source_rows::SourceRow;
use super::super::state::{State, View};
use super::shortened::shortened;
use super::{WIDE_CHANGE, mark_line, paint, put, put_change, put_code_heading, put_codeless_heading, row_style};

/// Columns of the number of a line and of what is between it and the source.
const NUMBER: usize = 7;

pub(super) fn draw(state: &State, buffer: &mut Buffer, area: Rect) {
    let Some((_, source)) = &state.source else {
        let text = if state.selected.is_empty() {
            "select a function first, in <view-top>"
        } else {
            state.why_not(Topic::Source)
        };
        return put(buffer, area, 0, &state.keyed(text), state.theme.faint());
    };
    if source.listing.routines.is_empty() {
        put_codeless_heading(state, buffer, area);
        let name = &state.selected;
        let weighs =
            state.table.as_ref().is_none_or(|table| table.rows.iter().any(|row| table.names.name(row.frame) == *name));
        let text = if weighs && state.is_nameless(name) {
            let hint = "--binary FILE says where the program is, or PPROF_BINARY_PATH";
            format!("there are no names of the functions in {name}: {hint}")
        } else if weighs {
            format!("the profile has no lines of {name}")
        } else {
            state
                .keyed("it weighs nothing in this column, or by these filters: <next-sample-type> shows another column")
        };
        return put(buffer, area, 0, &text, state.theme.faint());
    }
    let place = state.place_in(View::Source);
    let rows = state.source_lines();
    let heaviest = rows.iter().map(SourceRow::weight).max().unwrap_or(0).max(1) as f64;
    let matches = matching_lines(state, View::Source);
    put_code_heading(state, buffer, area, &format!("{:>6} source", "line"));
    for line in 0..area.height {
        let index = place.first + usize::from(line);
        match rows.get(index) {
            None => break,
            Some(SourceRow::Head(routine)) => {
                let is_only = rows.len() == routine.lines.len() + 1;
                put(buffer, area, line, &head(routine, is_only, usize::from(area.width)), state.theme.strong());
            }
            Some(SourceRow::Line(_, row, old, spans)) => {
                draw_line(state, buffer, area, line, row, *old, spans);
                let weight = rows[index].weight();
                if weight != 0 {
                    let gutter = if state.theme.is_ascii { "|" } else { "▌" };
                    put(buffer, area, line, gutter, state.theme.heat(weight as f64 / heaviest));
                }
            }
        }
        if matches.get(index) == Some(&true) {
            buffer.set_style(Rect::new(area.x, area.y + line, area.width, 1), row_style(state, true));
        }
        if index == place.row {
            mark_line(buffer, area, line, state.cursor_style(View::Source));
        }
    }
}

/// Tells of which function lines are and where they are from, as long as there is place for.
fn head(routine: &Routine, is_only: bool, width: usize) -> String {
    let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
    let files = match &routine.source {
        Source::Found { path } => vec![path.clone(), name(path)],
        Source::Missing { .. } => {
            let hint = "was not found; --source-path says where it lies";
            let (file, name) = (&routine.file, name(&routine.file));
            vec![format!("{file} {hint}"), format!("{name} {hint}"), format!("{name} was not found: --source-path")]
        }
        Source::Unknown => vec!["the profile names no file".to_owned()],
    };
    let whole = format!("{}  {}", routine.function, files[0]);
    if whole.width() <= width {
        return whole;
    }
    let fitting = |room: usize| files.iter().find(|file| file.width() <= room).or(files.last()).cloned();
    // A function that is alone has its name elsewhere too; where its source should be has not.
    if is_only {
        return fitting(width).unwrap_or_default();
    }
    let file = fitting(width.saturating_sub(routine.function.width() + 2)).unwrap_or_default();
    format!("{}  {file}", shortened(&routine.function, width.saturating_sub(file.width() + 2)))
}

fn draw_line(
    state: &State,
    buffer: &mut Buffer,
    area: Rect,
    line: u16,
    row: &ListingLine,
    old: Option<(i64, i64)>,
    spans: &[Span],
) {
    let right = Rect::new(area.x + 1, area.y, area.width.saturating_sub(1), area.height);
    let number = if row.line == 0 { String::new() } else { row.line.to_string() };
    let text = row.text.as_deref().unwrap_or("...");
    let value = |value: i64| if value == 0 { String::new() } else { state.label(value) };
    let before = match old {
        None => {
            let text = format!("{:>9} {:>9} {number:>6} {text}", value(row.flat), value(row.cum));
            put(buffer, right, line, &text, Style::new());
            20 + NUMBER
        }
        Some((_, old)) => {
            let columns = if right.width >= WIDE_CHANGE { 37 } else { 17 };
            if (old, row.cum) == (0, 0) {
                put(buffer, right, line, &format!("{:columns$} {number:>6} {text}", ""), Style::new());
            } else {
                let delta = Delta::of(old, row.cum);
                put_change(state, buffer, right, line, &delta, &format!("{number:>6} {text}"), Style::new());
            }
            columns + 1 + NUMBER
        }
    };
    for (range, token) in spans {
        let column = before + columns(&text[..range.start]);
        paint(buffer, right, line, column, columns(&text[range.clone()]), state.theme.token(*token));
    }
}

/// Returns how many columns source takes.
fn columns(text: &str) -> usize {
    text.replace('\t', "    ").width()
}

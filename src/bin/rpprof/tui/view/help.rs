//! The help, made of the table of keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::super::key::Binding;
use super::super::state::{State, View};
use super::put;

/// What words mean, and what numbers are of.
const WORDS: [&str; 13] = [
    "Mouse",
    "  click selects, twice opens; the wheel scrolls; tabs and headings can be clicked",
    "What is flat, what is cum?",
    "  flat, self   what was measured in the function itself: its own code was running, or allocated",
    "  cum, total   the same with all that it called, and what that called; recursion counts once",
    "  A function with much flat is slow by itself. One with little flat and much cum calls what is.",
    "  flat%, cum%  shares of all samples, whatever the filters leave; % changes what they are of",
    "  The flat values of all functions add up to the whole. Those of cum do not: a call counts for \
     the function, and again for each of its callers.",
    "What are old, new and delta?",
    "  delta        new less old, of two profiles that are compared, at equal durations where they add up",
    "  delta%       that as a share of the old value",
    "  status       new, removed, grown, shrunk or same; ~ says that chance can have done it",
    "  Shades are by the share that changed; what chance can have done has none.",
];

/// Tells what a view shows.
fn about(view: View) -> &'static str {
    match view {
        View::Top => "  A row a function, with what it weighs itself and with what it calls.",
        View::Flame => "  A box a call path, as wide as what was measured in it; what it calls is below it.",
        View::Tree => "  A row a call path; what it calls is indented below it, if it is unfolded.",
        View::Butterfly => "  The function in the middle, who calls it above, what it calls below.",
        View::Source => "  What each line of the function weighs itself, and with what it calls.",
        View::Disassembly => "  What each instruction of the function weighs.",
        View::Labels => "  What the samples with each label weigh.",
        View::LabelTop => "  What functions weigh where a label holds.",
        View::Timeline => "  What samples weigh over time, all together and function by function.",
        View::Info => "  What the profile holds, and what it lacks.",
    }
}

/// So many columns at least are left for the text behind what it explains; else it begins at the left.
const LEAST_TEXT: usize = 16;

/// Returns the lines of the help, as wide as the screen: first what the view has for itself. If something is looked for,
/// those that have it.
pub(in super::super) fn lines(state: &State) -> Vec<String> {
    let line = |binding: &Binding| format!("  {:<18} {}", binding.keys_text(), binding.text);
    let here = |binding: &&Binding| binding.holds_in(state.view);
    let mut lines = vec![format!("Keys in {}", state.view.name()), about(state.view).to_owned()];
    lines.extend(state.settings.keys.iter().filter(here).filter(|binding| !binding.views.is_empty()).map(line));
    lines.push("Keys everywhere".to_owned());
    lines.extend(state.settings.keys.iter().filter(|binding| binding.views.is_empty()).map(line));
    lines.extend(WORDS.map(str::to_owned));
    let query = state.help.as_ref().map_or(String::new(), |help| help.query.to_lowercase());
    let lines = if query.is_empty() { lines } else { found(lines, &query) };
    lines.iter().flat_map(|line| wrapped(line, usize::from(state.size.0))).collect()
}

/// Breaks a line where there is no more place; what follows stands below its text.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let margin = line.len() - line.trim_start().len();
    let text_at = line[margin..].find("  ").map_or(margin, |gap| {
        let gap = margin + gap;
        line.len() - line[gap..].trim_start().len()
    });
    let below = if text_at + LEAST_TEXT <= width { text_at } else { margin.min(2) };
    let (head, text) = line.split_at(text_at);
    let mut lines = vec![head.to_owned()];
    for (index, word) in text.split(' ').enumerate() {
        let last = lines.last_mut().expect("there is the first");
        if index == 0 {
            last.push_str(word);
        } else if last.width() + 1 + word.width() <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(format!("{:below$}{word}", ""));
        }
    }
    lines
}

/// Leaves the lines that have all words of a query, and the headings above them; all lines below a heading that has.
fn found(lines: Vec<String>, query: &str) -> Vec<String> {
    let has = |line: &str| {
        let line = line.to_lowercase();
        query.split_whitespace().all(|word| line.contains(word))
    };
    let mut found = Vec::new();
    let mut heading: Option<String> = None;
    let mut is_whole = false;
    for line in lines {
        if !line.starts_with(' ') {
            is_whole = has(&line);
            heading = Some(line);
        } else if is_whole || has(&line) {
            found.extend(heading.take());
            found.push(line);
        }
    }
    found
}

pub(super) fn draw(state: &State, buffer: &mut Buffer) {
    let Some(help) = &state.help else { return };
    let (width, height) = state.size;
    let area = Rect::new(0, 0, width, height);
    for row in 0..height {
        put(buffer, area, row, &" ".repeat(usize::from(width)), Style::reset());
        buffer.set_style(Rect::new(0, row, width, 1), Style::reset());
    }
    let lines = lines(state);
    for (row, line) in (0..height - 1).zip(lines.iter().skip(help.first)) {
        let style = if line.starts_with(' ') { Style::new() } else { state.theme.strong() };
        put(buffer, area, row, line, style);
    }
    if lines.is_empty() {
        put(buffer, area, 0, "no line has all of these words", state.theme.faint());
    }
    let (below, style) = match (help.is_typed, help.query.as_str()) {
        (true, query) => (format!("/{query}_   enter keeps these lines, esc shows all"), Style::new()),
        (false, "") => ("any other key closes; up and down scroll; / searches".to_owned(), state.theme.faint()),
        (false, query) => (format!("lines with {query}; / searches, esc shows all"), state.theme.faint()),
    };
    put(buffer, area, height - 1, &below, style);
}

//! Differential flame graphs as SVG, drawn by inferno.

use std::io::{self, Write};

use inferno::flamegraph::color::{BackgroundColor, Color, PaletteMap};

use super::diff::{normalization_line, ratio, signed, status};
use super::svg::{ALL_FRAME, SPACE_MARK, Surroundings, SvgOptions, UNIT_MARK, check_drawable, draw, drawn_name, hsl};
use crate::report::{Change, DiffFlame, Status};

/// Stands for the digits of a box's row in its name, so that inferno gives each box its own colour; ten characters for
/// private use, so that hardly any name has them.
const FIRST_DIGIT: char = '\u{e010}';

/// Stands for the legend in what inferno writes.
const LEGEND_MARK: &str = "rpprof-legend";

/// What neither grew nor shrank.
const SAME_COLOR: Color = Color::new(214, 214, 214);
const BACKGROUND: Color = Color::new(255, 255, 255);
/// Hues of what shrank and grew, in degrees: blue and orange, which hardly anybody mixes up.
const SHRUNK_HUE: f64 = 210.0;
const GROWN_HUE: f64 = 28.0;

/// Draws a flame graph of both sides that opens in a browser, with search and zoom.
///
/// A box is as wide as its old and new value together, so what was removed is there. It is blue if it
/// shrank and orange if it grew, the darker the larger the part of it that changed, and grey if it is the
/// same or changed by no more than chance may. What a box says when it is pointed at are both values, their
/// difference and their ratio. The same report and options give the same bytes.
///
/// inferno's own differential graphs do not do for this: they are as wide as the new side alone, and know
/// neither what is noise nor how values were normalized.
///
/// # Errors
/// As [`svg`](super::svg()).
pub fn diff_svg(report: &DiffFlame, options: &SvgOptions, mut writer: impl Write) -> io::Result<()> {
    check_drawable(options, report.boxes.iter().map(|diff_box| diff_box.rest))?;
    let mut palette = PaletteMap::default();
    palette.insert(ALL_FRAME, color(&report.total));
    let mut lines = Vec::new();
    let mut paths: Vec<String> = Vec::with_capacity(report.boxes.len());
    for (row, diff_box) in report.boxes.iter().enumerate() {
        let name = format!("{}{}", drawn_name(&diff_box.name), digits(row));
        let path = match diff_box.parent {
            Some(parent) => format!("{};{name}", paths[parent]),
            None => name.clone(),
        };
        if diff_box.rest > 0 {
            lines.push(format!("{path} {}", diff_box.rest));
        }
        palette.insert(name, color(&diff_box.change));
        paths.push(path);
    }
    let title = options.title.clone().unwrap_or_else(|| title(report));
    let background = Some(BackgroundColor::Flat(BACKGROUND));
    let surroundings = Surroundings { title, subtitle: LEGEND_MARK.to_owned(), background };
    let drawn = draw(lines, palette, surroundings, options)?;
    writer.write_all(with_changes(report, &drawn).replace(LEGEND_MARK, &legend(report)).as_bytes())
}

fn digits(row: usize) -> String {
    let digit = |c: char| char::from_u32(u32::from(FIRST_DIGIT) + c.to_digit(10)?);
    row.to_string().chars().filter_map(digit).collect()
}

/// Returns the digit that a character stands for.
fn digit(c: char) -> Option<u32> {
    u32::from(c).checked_sub(u32::from(FIRST_DIGIT)).filter(|digit| *digit < 10)
}

fn title(report: &DiffFlame) -> String {
    let program = report.new.summary.file.as_deref().unwrap_or("profile");
    let DiffFlame { total, scale, .. } = report;
    let (old, new) = (scale.label(total.old), scale.label(total.new));
    format!("{program}: {}, {old} → {new} ({})", report.new.summary.sample_type, signed(scale, total.delta))
}

/// Says what colours and widths mean, and how values were normalized; with boxes in the colours.
fn legend(report: &DiffFlame) -> String {
    let sample = |color: Color, text: &str| {
        let Color { r, g, b } = color;
        format!("<tspan style=\"fill:rgb({r},{g},{b})\">■</tspan> {text}  ")
    };
    let left_out = match report.left_out {
        0 => String::new(),
        left_out => format!("; {left_out} narrow frames left out"),
    };
    // There is no room for the factors of many profiles.
    let is_pair = report.old.profiles == 1 && report.new.profiles == 1;
    let normalized = match &report.normalization {
        normalization if is_pair || normalization.is_identity() => normalization_line(normalization),
        normalization => format!("Normalized: to {}", normalization.describe()),
    };
    [
        sample(hsl(SHRUNK_HUE, 0.75, lightness(0.3)), ""),
        sample(hsl(SHRUNK_HUE, 0.75, lightness(1.0)), "less, gone"),
        sample(hsl(GROWN_HUE, 0.90, lightness(0.3)), ""),
        sample(hsl(GROWN_HUE, 0.90, lightness(1.0)), "more, new"),
        sample(SAME_COLOR, "same or chance"),
        format!(" | width: old + new | {}{left_out}", escaped(&normalized)),
    ]
    .concat()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn color(change: &Change) -> Color {
    if change.is_noise {
        return SAME_COLOR;
    }
    let larger = change.old.unsigned_abs().max(change.new.unsigned_abs()) as f64;
    let share = (change.delta.unsigned_abs() as f64 / larger.max(1.0)).min(1.0);
    match change.status {
        Status::Same => SAME_COLOR,
        Status::Shrunk | Status::Removed => hsl(SHRUNK_HUE, 0.75, lightness(share)),
        Status::Grown | Status::New => hsl(GROWN_HUE, 0.90, lightness(share)),
    }
}

/// Returns the lightness of what changed by a share of itself: always light enough for black text.
fn lightness(share: f64) -> f64 {
    0.90 - 0.28 * share
}

/// Replaces the values that inferno wrote, `(1,234 UNIT_MARK, 5.60%)`, by how the box changed, and its marks by nothing.
fn with_changes(report: &DiffFlame, drawn: &str) -> String {
    let mut text = String::with_capacity(drawn.len());
    let mut rest = drawn;
    while let Some(mark) = rest.find(UNIT_MARK) {
        let (before, after) = rest.split_at(mark);
        let Some(start) = before.rfind('(') else { break };
        let end = after.find(')').unwrap_or(0);
        let row = before[..start].trim_end().chars().rev().map_while(digit);
        let row =
            row.zip(0..).map(|(digit, place)| digit as usize * 10_usize.pow(place)).reduce(|sum, part| sum + part);
        let change = row.and_then(|row| report.boxes.get(row)).map_or(&report.total, |diff_box| &diff_box.change);
        text.push_str(&before[..start]);
        text.push_str(&format!("({}", says(report, change)));
        rest = &after[end..];
    }
    text.push_str(rest);
    text.chars().filter(|&c| digit(c).is_none()).collect::<String>().replace(SPACE_MARK, " ")
}

/// Says how a box changed; without parentheses, which inferno's script looks for.
fn says(report: &DiffFlame, change: &Change) -> String {
    let scale = &report.scale;
    let (old, new) = (scale.label(change.old), scale.label(change.new));
    let status = status(change).replace(" (noise)", ", may be chance");
    let text = format!("old {old}, new {new}, {}, {}, {status}", signed(scale, change.delta), ratio(change));
    escaped(&text)
}

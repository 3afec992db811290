//! Flame graphs as SVG, drawn by inferno.

use std::io::{self, Write};

use inferno::flamegraph::color::{BackgroundColor, Color, PaletteMap};
use inferno::flamegraph::{Direction, Options, TextTruncateDirection, from_lines};

use super::folded::{folded_lines, frame_text};
use crate::report::Flame;

/// Which way a flame graph grows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SvgDirection {
    /// Flames: callees stand on their callers.
    #[default]
    Up,
    /// Icicles: callees hang from their callers.
    Down,
}

/// How to draw a flame graph.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct SvgOptions {
    /// Which way it grows.
    pub direction: SvgDirection,
    /// Width in pixels; `None` for as wide as the window.
    pub width: Option<usize>,
    /// The title; `None` for one that says program, sample type and total.
    pub title: Option<String>,
}

/// Below this many pixels there is no room for the margins.
const MIN_WIDTH: usize = 100;

/// Stands for the unit in what inferno writes, until the values get their own.
pub(super) const UNIT_MARK: &str = "rpprof-units";

/// The box that inferno puts below all others: it shows it as `all`, and looks up its colour by no name.
pub(super) const ALL_FRAME: &str = "";
pub(super) const ALL_COLOR: Color = Color::new(200, 200, 200);

/// Draws a flame graph that opens in a browser, with search and zoom.
///
/// Boxes have colours by package. The same report and options give the same bytes.
///
/// # Errors
/// What the writer says, and [`io::ErrorKind::InvalidInput`] if there is nothing to draw, all values together pass
/// 64 bits, or the width is less than 100.
pub fn svg(report: &Flame, options: &SvgOptions, mut writer: impl Write) -> io::Result<()> {
    check_drawable(options, report.boxes.iter().map(|flame_box| flame_box.rest))?;
    let mut palette = PaletteMap::default();
    palette.insert(ALL_FRAME, ALL_COLOR);
    for flame_box in &report.boxes {
        palette.insert(drawn_name(&flame_box.name), package_color(&flame_box.package));
    }
    let title = options.title.clone().unwrap_or_else(|| title(report));
    let surroundings = Surroundings { title, subtitle: subtitle(report), background: None };
    let drawn = draw(folded_lines(report, drawn_name).collect(), palette, surroundings, options)?;
    writer.write_all(with_units(report, &drawn).as_bytes())
}

/// Checks that inferno can draw boxes of these values in so many pixels.
pub(super) fn check_drawable(options: &SvgOptions, values: impl Iterator<Item = i64>) -> io::Result<()> {
    let refused = |message: String| Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    if options.width.is_some_and(|width| width < MIN_WIDTH) {
        return refused(format!("a width of at least {MIN_WIDTH} pixels is needed"));
    }
    if values.filter(|&value| value > 0).map(i128::from).sum::<i128>() > i128::from(i64::MAX) {
        return refused("all values together pass 64 bits".to_owned());
    }
    Ok(())
}

/// What stands above and behind a graph.
pub(super) struct Surroundings {
    pub(super) title: String,
    pub(super) subtitle: String,
    /// `None` for inferno's own.
    pub(super) background: Option<BackgroundColor>,
}

/// Has inferno draw folded lines; values have [`UNIT_MARK`] behind them.
pub(super) fn draw(
    mut lines: Vec<String>,
    mut palette: PaletteMap,
    surroundings: Surroundings,
    options: &SvgOptions,
) -> io::Result<String> {
    if lines.is_empty() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "there is nothing to draw: no sample has a positive value",
        ));
    }
    lines.sort_unstable();
    let mut drawing = Options::default();
    drawing.title = surroundings.title;
    drawing.subtitle = Some(surroundings.subtitle);
    drawing.bgcolors = surroundings.background;
    drawing.image_width = options.width;
    drawing.count_name = UNIT_MARK.to_owned();
    drawing.name_type = String::new();
    drawing.min_width = 0.0;
    drawing.text_truncate_direction = TextTruncateDirection::Left;
    drawing.direction = match options.direction {
        SvgDirection::Up => Direction::Straight,
        SvgDirection::Down => Direction::Inverted,
    };
    drawing.palette_map = Some(&mut palette);
    let mut drawn = Vec::new();
    from_lines(&mut drawing, lines.iter().map(String::as_str), &mut drawn)?;
    String::from_utf8(drawn).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Stands for the spaces of names in what inferno reads, for which a number behind the last space
/// is a value; a character for private use, so that hardly any name has it.
pub(super) const SPACE_MARK: &str = "\u{e000}";

pub(super) fn drawn_name(name: &str) -> String {
    frame_text(name).replace(' ', SPACE_MARK)
}

fn title(report: &Flame) -> String {
    let program = report.summary.file.as_deref().unwrap_or("profile");
    format!("{program}: {}, {} in total", report.summary.sample_type, report.scale.label(report.total))
}

fn subtitle(report: &Flame) -> String {
    let drawn = report.boxes.len();
    match report.left_out {
        0 => format!("{drawn} frames"),
        left_out => format!("{drawn} frames; {left_out} too narrow to see are left out, with what they called"),
    }
}

/// Replaces the values that inferno wrote, `(1,234 UNIT_MARK, 5.60%)`, by values with units.
fn with_units(report: &Flame, drawn: &str) -> String {
    let mut text = String::with_capacity(drawn.len());
    let mut rest = drawn;
    while let Some(mark) = rest.find(UNIT_MARK) {
        let before = &rest[..mark];
        let number_start = before.rfind('(').map_or(0, |parenthesis| parenthesis + 1);
        let digits: String = before[number_start..].chars().filter(char::is_ascii_digit).collect();
        match digits.parse() {
            Ok(value) => {
                text.push_str(&before[..number_start]);
                text.push_str(&report.scale.label(value));
            }
            Err(_) => text.push_str(before),
        }
        rest = &rest[mark + UNIT_MARK.len()..];
    }
    text.push_str(rest);
    text.replace(SPACE_MARK, " ")
}

/// Returns the colour of a package: warm, light enough for black text, the same in every graph.
fn package_color(package: &str) -> Color {
    // FNV-1a: stable across versions and machines, which std's hashes are not.
    let hash = package
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    // Steps of the golden angle spread the hues of similar hashes.
    let hue = (hash >> 16) as f64 * 0.618_033_988_749_895 % 1.0 * 360.0;
    let lightness = 0.70 + (hash & 0xf) as f64 / 15.0 * 0.10;
    hsl(hue, 0.60, lightness)
}

/// Converts hue (degrees), saturation and lightness (0 to 1).
pub(super) fn hsl(hue: f64, saturation: f64, lightness: f64) -> Color {
    let chroma = (1.0 - (2.0 * lightness - 1.0).abs()) * saturation;
    let sector = hue / 60.0;
    let second = chroma * (1.0 - (sector % 2.0 - 1.0).abs());
    let (red, green, blue) = match sector as u32 {
        0 => (chroma, second, 0.0),
        1 => (second, chroma, 0.0),
        2 => (0.0, chroma, second),
        3 => (0.0, second, chroma),
        4 => (second, 0.0, chroma),
        _ => (chroma, 0.0, second),
    };
    let base = lightness - chroma / 2.0;
    let channel = |value: f64| ((value + base) * 255.0).round() as u8;
    Color::new(channel(red), channel(green), channel(blue))
}

//! What colours look like: their parts, and how well one is seen on another.

use ratatui::style::Color;

/// Red, green and blue.
pub(super) type Parts = (u8, u8, u8);

/// The ratio that text needs on its background (WCAG 2, level AA).
pub(super) const READABLE: f64 = 4.5;

pub(super) const WHITE: Parts = (255, 255, 255);
pub(super) const BLACK: Parts = (0, 0, 0);

/// The first 16 colours, as xterm has them; others differ a little.
pub(super) const BASIC: [(Color, Parts); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (205, 0, 0)),
    (Color::Green, (0, 205, 0)),
    (Color::Yellow, (205, 205, 0)),
    (Color::Blue, (0, 0, 238)),
    (Color::Magenta, (205, 0, 205)),
    (Color::Cyan, (0, 205, 205)),
    (Color::Gray, (229, 229, 229)),
    (Color::DarkGray, (127, 127, 127)),
    (Color::LightRed, (255, 0, 0)),
    (Color::LightGreen, (0, 255, 0)),
    (Color::LightYellow, (255, 255, 0)),
    (Color::LightBlue, (92, 92, 255)),
    (Color::LightMagenta, (255, 0, 255)),
    (Color::LightCyan, (0, 255, 255)),
    (Color::White, (255, 255, 255)),
];

/// The steps of each part in the cube of the 256 colours.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Returns the parts of a colour; `None` of the terminal's own.
pub(super) fn parts(color: Color) -> Option<Parts> {
    match color {
        Color::Rgb(red, green, blue) => Some((red, green, blue)),
        Color::Indexed(index @ 0..16) => Some(BASIC[usize::from(index)].1),
        Color::Indexed(index @ 16..232) => {
            let index = usize::from(index) - 16;
            Some((STEPS[index / 36], STEPS[index / 6 % 6], STEPS[index % 6]))
        }
        Color::Indexed(index) => {
            let grey = 8 + 10 * (index - 232);
            Some((grey, grey, grey))
        }
        other => BASIC.iter().find(|(color, _)| *color == other).map(|(_, parts)| *parts),
    }
}

/// Returns the most similar one of the 256 colours; the first 16 are not among them, as terminals differ there.
pub(super) fn indexed(parts: Parts) -> Color {
    let step = |part: u8| nearest((0..6).map(|step| (step, STEPS[usize::from(step)])), part);
    let (red, green, blue) = (step(parts.0), step(parts.1), step(parts.2));
    Color::Indexed(16 + 36 * red + 6 * green + blue)
}

fn nearest(steps: impl Iterator<Item = (u8, u8)>, part: u8) -> u8 {
    steps.min_by_key(|(_, value)| value.abs_diff(part)).map_or(0, |(step, _)| step)
}

/// Returns the most similar one of the first 16 colours.
pub(super) fn basic(parts: Parts) -> Color {
    let square = |one: u8, other: u8| u32::from(one.abs_diff(other)).pow(2);
    let distance = |other: &Parts| square(parts.0, other.0) + square(parts.1, other.1) + square(parts.2, other.2);
    BASIC.iter().min_by_key(|(_, other)| distance(other)).map_or(Color::White, |(color, _)| *color)
}

/// Returns how well one colour is seen on another, from 1 to 21 (WCAG 2).
pub(super) fn ratio(one: Parts, other: Parts) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance((red, green, blue): Parts) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::{BLACK, WHITE, basic, indexed, parts, ratio};

    #[test]
    fn colours_are_found_where_they_are() {
        assert!((ratio(BLACK, WHITE) - 21.0).abs() < 1e-9);
        // The grey that just passes on white is known.
        assert!(ratio((118, 118, 118), WHITE) >= 4.5 && ratio((119, 119, 119), WHITE) < 4.5);
        assert_eq!(parts(Color::Indexed(208)), Some((255, 135, 0)));
        assert_eq!(parts(Color::Indexed(232)), Some((8, 8, 8)));
        assert_eq!(parts(Color::Reset), None);
        for index in 16..232 {
            let color = Color::Indexed(index);
            assert_eq!(parts(color).map(indexed), Some(color));
        }
        assert_eq!(basic((250, 10, 10)), Color::LightRed);
    }
}

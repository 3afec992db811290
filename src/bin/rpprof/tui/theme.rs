//! Colours and marks, by what the terminal can show.

use ratatui::style::{Color, Modifier, Style};

use super::delta::Delta;

/// Hues of what shrank and grew, in degrees: blue and orange, which hardly anybody mixes up.
const SHRUNK_HUE: f64 = 210.0;
const GROWN_HUE: f64 = 28.0;

/// How many colours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// 24 bits.
    True,
    /// The 256 of xterm.
    Indexed,
    /// The 16 of all terminals.
    Basic,
    /// None: marks, bold and reversed text.
    Mono,
}

/// Whether the terminal's background is dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Background {
    /// Light text on a dark background.
    Dark,
    /// Dark text on a light background.
    Light,
}

/// How things look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Theme {
    pub(super) depth: Depth,
    pub(super) background: Background,
    /// Whether marks are of ASCII alone.
    pub(super) is_ascii: bool,
}

impl Depth {
    /// Returns what the terminal says it can do.
    pub(super) fn of_terminal(is_set: impl Fn(&str) -> Option<String>) -> Self {
        let (term, color_term) = (is_set("TERM").unwrap_or_default(), is_set("COLORTERM").unwrap_or_default());
        match () {
            () if is_set("NO_COLOR").is_some() || term == "dumb" => Self::Mono,
            () if matches!(color_term.as_str(), "truecolor" | "24bit") || term.ends_with("-direct") => Self::True,
            () if term.contains("256") => Self::Indexed,
            () if term.contains("mono") || term == "vt100" || term == "vt220" => Self::Mono,
            () => Self::Basic,
        }
    }
}

impl Theme {
    /// Returns the style of a box of a package; neighbours differ by `is_even`.
    pub(super) fn package(&self, package_hash: u32, is_even: bool) -> Style {
        let hue = f64::from(package_hash % 360);
        let (saturation, lightness) = match (self.background, is_even) {
            (Background::Dark, true) => (0.40, 0.34),
            (Background::Dark, false) => (0.40, 0.27),
            (Background::Light, true) => (0.60, 0.80),
            (Background::Light, false) => (0.60, 0.72),
        };
        match self.depth {
            Depth::True | Depth::Indexed => self.on(rgb(hue, saturation, lightness)),
            Depth::Basic => {
                let colors = [Color::Blue, Color::Magenta, Color::Green, Color::Cyan, Color::Red, Color::Yellow];
                let color = colors[(package_hash as usize + usize::from(is_even) * 3) % colors.len()];
                Style::new().fg(Color::Black).bg(color)
            }
            Depth::Mono => Style::new(),
        }
    }

    /// Returns the style of a box that changed: blue if it shrank, orange if it grew, the stronger the larger the part of
    /// it that changed; grey if it did not, or by no more than chance may. Neighbours differ by `is_even`.
    pub(super) fn changed(&self, delta: &Delta, is_even: bool) -> Style {
        let share = delta.share();
        let (hue, saturation) = match delta.difference() {
            _ if share == 0.0 => (0.0, 0.0),
            difference if difference < 0 => (SHRUNK_HUE, 0.75),
            _ => (GROWN_HUE, 0.90),
        };
        let step = if is_even { 0.0 } else { 0.05 };
        let lightness = match self.background {
            Background::Dark => 0.20 + 0.18 * share + step,
            Background::Light => 0.92 - 0.28 * share - step,
        };
        match self.depth {
            Depth::True | Depth::Indexed => self.on(rgb(hue, saturation, lightness)),
            Depth::Basic => {
                let color = match (saturation == 0.0, hue == SHRUNK_HUE) {
                    (true, _) => Color::Gray,
                    (false, true) => Color::Blue,
                    (false, false) => Color::Yellow,
                };
                Style::new().fg(Color::Black).bg(color)
            }
            Depth::Mono => Style::new(),
        }
    }

    /// Returns the style of the numbers of what changed.
    pub(super) fn changed_text(&self, delta: &Delta) -> Style {
        let is_dark = self.background == Background::Dark;
        match (delta.share() == 0.0, delta.difference() < 0, self.depth) {
            (_, _, Depth::Mono) => Style::new(),
            (true, ..) => self.faint(),
            (_, is_less, Depth::True | Depth::Indexed) => {
                let lightness = if is_dark { 0.65 } else { 0.38 };
                let (red, green, blue) =
                    if is_less { rgb(SHRUNK_HUE, 0.75, lightness) } else { rgb(GROWN_HUE, 0.90, lightness) };
                Style::new().fg(self.color(red, green, blue))
            }
            (_, true, Depth::Basic) => self.colored(if is_dark { Color::LightBlue } else { Color::Blue }),
            (_, false, Depth::Basic) => self.colored(if is_dark { Color::LightYellow } else { Color::Red }),
        }
    }

    /// Returns a colour as the terminal has it, of those with 256 or more.
    fn color(&self, red: u8, green: u8, blue: u8) -> Color {
        if self.depth == Depth::True {
            return Color::Rgb(red, green, blue);
        }
        let level = |part: u8| (u16::from(part) * 5 + 127) / 255;
        let index = 16 + 36 * level(red) + 6 * level(green) + level(blue);
        Color::Indexed(u8::try_from(index).unwrap_or(16))
    }

    /// Returns the style of text on a colour.
    fn on(&self, (red, green, blue): (u8, u8, u8)) -> Style {
        let plain = if self.background == Background::Dark { Color::White } else { Color::Black };
        let text = if self.depth == Depth::True { self.ink() } else { plain };
        Style::new().fg(text).bg(self.color(red, green, blue))
    }

    fn ink(&self) -> Color {
        if self.background == Background::Dark { Color::Rgb(240, 240, 240) } else { Color::Rgb(20, 20, 20) }
    }

    fn colored(&self, color: Color) -> Style {
        if self.depth == Depth::Mono { Style::new() } else { Style::new().fg(color) }
    }

    /// Returns the style of what is less important.
    pub(super) fn faint(&self) -> Style {
        if self.depth == Depth::Mono { Style::new() } else { Style::new().add_modifier(Modifier::DIM) }
    }

    /// Returns the style of headings and the names of keys.
    pub(super) fn strong(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Returns the style of bars.
    pub(super) fn bar(&self) -> Style {
        self.colored(if self.background == Background::Dark { Color::LightBlue } else { Color::Blue })
    }

    /// Returns the style of filters.
    pub(super) fn chip(&self) -> Style {
        self.colored(if self.background == Background::Dark { Color::LightYellow } else { Color::Magenta })
    }

    /// Returns the style of what went wrong.
    pub(super) fn fault(&self) -> Style {
        self.colored(Color::Red).add_modifier(Modifier::BOLD)
    }

    /// Returns what is added to the style of what is selected.
    pub(super) fn selected(&self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// Returns what is added to the style of what is searched for.
    pub(super) fn matched(&self) -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED | Modifier::BOLD)
    }

    /// Returns the style of a gutter beside what is `share` of the heaviest.
    pub(super) fn heat(&self, share: f64) -> Style {
        let color = match share {
            share if share >= 0.5 => Color::Red,
            share if share >= 0.1 => Color::Yellow,
            _ => Color::Blue,
        };
        self.colored(color)
    }
}

/// Converts from hue in degrees, saturation and lightness from 0 to 1.
fn rgb(hue: f64, saturation: f64, lightness: f64) -> (u8, u8, u8) {
    let chroma = (1.0 - (2.0 * lightness - 1.0).abs()) * saturation;
    let second = chroma * (1.0 - ((hue / 60.0) % 2.0 - 1.0).abs());
    let (red, green, blue) = match hue {
        hue if hue < 60.0 => (chroma, second, 0.0),
        hue if hue < 120.0 => (second, chroma, 0.0),
        hue if hue < 180.0 => (0.0, chroma, second),
        hue if hue < 240.0 => (0.0, second, chroma),
        hue if hue < 300.0 => (second, 0.0, chroma),
        _ => (chroma, 0.0, second),
    };
    let byte = |part: f64| ((part + lightness - chroma / 2.0) * 255.0).round().clamp(0.0, 255.0) as u8;
    (byte(red), byte(green), byte(blue))
}

//! Colours and marks, by what the terminal can show.

use ratatui::style::{Color, Modifier, Style};

use super::coloring::Kind;
use super::config::{ColorName, Colors};
use super::contrast::{self, BASIC, BLACK, Parts, WHITE};
use super::delta::Delta;
use super::lexer::Token;

/// Hues of what shrank and grew, in degrees: blue and orange, which hardly anybody mixes up.
const SHRUNK_HUE: f64 = 210.0;
const GROWN_HUE: f64 = 28.0;

/// How many colours there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
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
    /// Those that the user wants others.
    pub(super) colors: Colors,
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
    fn is_dark(&self) -> bool {
        self.background == Background::Dark
    }

    /// Returns the style of a box of a package; neighbours differ by `is_even`.
    pub(super) fn package(&self, package_hash: u32, is_even: bool) -> Style {
        let hue = f64::from(package_hash % 360);
        let (saturation, lightness) = match (self.background, is_even) {
            (Background::Dark, true) => (0.40, 0.31),
            (Background::Dark, false) => (0.40, 0.24),
            (Background::Light, true) => (0.60, 0.80),
            (Background::Light, false) => (0.60, 0.72),
        };
        match self.depth {
            Depth::True | Depth::Indexed => self.on(rgb(hue, saturation, lightness)),
            Depth::Basic => {
                let colors = [Color::Blue, Color::Magenta, Color::Green, Color::Cyan, Color::Red, Color::Yellow];
                let color = colors[(package_hash as usize + usize::from(is_even) * 3) % colors.len()];
                on_basic(color)
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
            Depth::Basic => on_basic(match (saturation == 0.0, hue == SHRUNK_HUE) {
                (true, _) => Color::Gray,
                (false, true) => Color::Blue,
                (false, false) => Color::Yellow,
            }),
            Depth::Mono => Style::new(),
        }
    }

    /// Returns the style of the numbers of what changed.
    pub(super) fn changed_text(&self, delta: &Delta) -> Style {
        if delta.share() == 0.0 {
            return self.faint();
        }
        let lightness = if self.is_dark() { 0.65 } else { 0.30 };
        if delta.difference() < 0 {
            let basic = if self.is_dark() { Color::LightCyan } else { Color::Blue };
            self.colored(self.colors.shrunk, rgb(SHRUNK_HUE, 0.75, lightness), basic)
        } else {
            let basic = if self.is_dark() { Color::LightYellow } else { Color::Red };
            self.colored(self.colors.grown, rgb(GROWN_HUE, 0.90, lightness), basic)
        }
    }

    /// Returns a colour as the terminal has it.
    fn color(&self, parts: Parts) -> Color {
        match self.depth {
            Depth::True => Color::Rgb(parts.0, parts.1, parts.2),
            Depth::Indexed => contrast::indexed(parts),
            Depth::Basic | Depth::Mono => contrast::basic(parts),
        }
    }

    /// Returns the style of text on a colour; the text is as the theme has it if that can be read there.
    fn on(&self, parts: Parts) -> Style {
        let background = self.color(parts);
        let shown = contrast::parts(background).unwrap_or(parts);
        let (usual, other) = if self.is_dark() { (WHITE, BLACK) } else { (BLACK, WHITE) };
        let text = if contrast::ratio(usual, shown) >= contrast::READABLE { usual } else { other };
        Style::new().fg(self.color(text)).bg(background)
    }

    /// Returns the style of text in the colour that the user wants, else in that of the theme.
    fn colored(&self, wanted: Option<ColorName>, usual: Parts, basic: Color) -> Style {
        let color = match (wanted, self.depth) {
            (_, Depth::Mono) => return Style::new(),
            (Some(ColorName(color)), Depth::True) => color,
            (Some(ColorName(color @ Color::Indexed(_))), Depth::Indexed) => color,
            (Some(ColorName(color)), _) if BASIC.iter().any(|(known, _)| *known == color) => color,
            (Some(ColorName(color)), _) => self.color(contrast::parts(color).unwrap_or(usual)),
            (None, Depth::Basic) => basic,
            (None, _) => self.color(usual),
        };
        Style::new().fg(color)
    }

    /// Returns the style of what is less important.
    pub(super) fn faint(&self) -> Style {
        match self.depth {
            Depth::Mono => Style::new(),
            // Which of 16 colours is a grey that can be read differs from terminal to terminal.
            Depth::Basic => Style::new().add_modifier(Modifier::DIM),
            Depth::True | Depth::Indexed => {
                self.colored(None, if self.is_dark() { (158, 158, 158) } else { (95, 95, 95) }, Color::Reset)
            }
        }
    }

    /// Returns the style of headings and the names of keys.
    pub(super) fn strong(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Returns the style of bars.
    pub(super) fn bar(&self) -> Style {
        match self.background {
            Background::Dark => self.colored(self.colors.bar, (95, 175, 255), Color::LightCyan),
            Background::Light => self.colored(self.colors.bar, (0, 95, 175), Color::Blue),
        }
    }

    /// Returns the style of filters.
    pub(super) fn chip(&self) -> Style {
        match self.background {
            Background::Dark => self.colored(self.colors.filter, (255, 215, 95), Color::LightYellow),
            Background::Light => self.colored(self.colors.filter, (135, 0, 135), Color::Magenta),
        }
    }

    /// Returns the style of what went wrong.
    pub(super) fn fault(&self) -> Style {
        let style = match self.background {
            Background::Dark => self.colored(self.colors.fault, (255, 135, 135), Color::LightRed),
            Background::Light => self.colored(self.colors.fault, (175, 0, 0), Color::Red),
        };
        style.add_modifier(Modifier::BOLD)
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
        match (share, self.background) {
            (0.5.., Background::Dark) => self.colored(self.colors.hot, (255, 95, 95), Color::LightRed),
            (0.5.., Background::Light) => self.colored(self.colors.hot, (175, 0, 0), Color::Red),
            (0.1.., Background::Dark) => self.colored(self.colors.warm, (255, 175, 0), Color::LightYellow),
            (0.1.., Background::Light) => self.colored(self.colors.warm, (135, 95, 0), Color::Magenta),
            (_, Background::Dark) => self.colored(self.colors.cool, (95, 175, 255), Color::LightCyan),
            (_, Background::Light) => self.colored(self.colors.cool, (0, 95, 175), Color::Blue),
        }
    }

    /// Returns the style of a box of something whose number is `hash`, the paler the smaller the part of the box that it is.
    pub(super) fn tinted(&self, hash: u32, share: f64, is_even: bool) -> Style {
        let (saturation, lightness) = match (self.background, is_even) {
            (Background::Dark, true) => (0.55, 0.31),
            (Background::Dark, false) => (0.55, 0.24),
            (Background::Light, true) => (0.70, 0.80),
            (Background::Light, false) => (0.70, 0.72),
        };
        match self.depth {
            Depth::True | Depth::Indexed => self.on(rgb(f64::from(hash % 360), saturation * share, lightness)),
            Depth::Basic if share == 0.0 => on_basic(Color::Gray),
            Depth::Basic | Depth::Mono => self.package(hash, is_even),
        }
    }

    /// Returns the style of a box of a sort of code: orange for the kernel, grey for what was inlined, blue for other code.
    pub(super) fn kind(&self, kind: Kind, is_even: bool) -> Style {
        let (hue, share, basic) = match kind {
            Kind::Kernel => (GROWN_HUE, 1.0, Color::Yellow),
            Kind::Inlined => (0.0, 0.0, Color::Gray),
            Kind::User => (SHRUNK_HUE, 1.0, Color::Blue),
        };
        match self.depth {
            Depth::Basic => on_basic(basic),
            _ => self.tinted(hue as u32, share, is_even), // A whole number of degrees.
        }
    }

    /// Returns the style of a box that weighs `share` of the heaviest by itself.
    pub(super) fn hot(&self, share: f64, is_even: bool) -> Style {
        // Most boxes weigh little by themselves.
        let heat = share.clamp(0.0, 1.0).sqrt();
        let step = if is_even { 0.0 } else { 0.04 };
        let lightness = match self.background {
            Background::Dark => 0.20 + 0.30 * heat + step,
            Background::Light => 0.90 - 0.35 * heat - step,
        };
        match self.depth {
            Depth::True | Depth::Indexed => self.on(rgb(GROWN_HUE, 0.90 * heat, lightness)),
            Depth::Basic if share >= 0.5 => on_basic(Color::Red),
            Depth::Basic if share >= 0.1 => on_basic(Color::Yellow),
            Depth::Basic => on_basic(Color::Gray),
            Depth::Mono => Style::new(),
        }
    }

    /// Returns the style of a cell of a heat map that weighs `share` of the heaviest, more than nothing.
    pub(super) fn heated(&self, share: f64) -> Style {
        let lightness = match self.background {
            Background::Dark => 0.16 + 0.44 * share,
            Background::Light => 0.90 - 0.50 * share,
        };
        self.on(rgb(GROWN_HUE, 0.90, lightness))
    }

    /// Returns the style of a part of source.
    pub(super) fn token(&self, token: Token) -> Style {
        if self.depth == Depth::Mono {
            let is_strong = token == Token::Keyword;
            return if is_strong { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
        }
        let colors = &self.colors;
        match (token, self.background) {
            (Token::Keyword, Background::Dark) => self.colored(colors.keyword, (215, 175, 255), Color::LightMagenta),
            (Token::Keyword, Background::Light) => self.colored(colors.keyword, (135, 0, 175), Color::Magenta),
            (Token::Text, Background::Dark) => self.colored(colors.string, (175, 215, 135), Color::LightGreen),
            (Token::Text, Background::Light) => self.colored(colors.string, (0, 95, 0), Color::Blue),
            (Token::Number, Background::Dark) => self.colored(colors.number, (255, 175, 95), Color::LightYellow),
            (Token::Number, Background::Light) => self.colored(colors.number, (135, 95, 0), Color::Red),
            (Token::Comment, _) if colors.comment.is_none() => self.faint(),
            (Token::Comment, _) => self.colored(colors.comment, WHITE, Color::Gray),
        }
    }
}

/// Returns the style of text on one of the 16 colours: black, or white on the dark ones.
fn on_basic(color: Color) -> Style {
    let is_dark = matches!(color, Color::Blue | Color::Red | Color::Magenta);
    Style::new().fg(if is_dark { Color::White } else { Color::Black }).bg(color)
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

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Style};

    use super::{Background, Depth, Theme};
    use crate::tui::coloring::Kind;
    use crate::tui::config::Colors;
    use crate::tui::contrast::{Parts, READABLE, parts, ratio};
    use crate::tui::delta::Delta;
    use crate::tui::lexer::Token;

    /// Backgrounds that terminals have; the styles that set none of their own are on these.
    fn own(theme: &Theme) -> &'static [Parts] {
        match (theme.background, theme.depth) {
            // Whoever changes the background changes the 16 colours too.
            (Background::Dark, Depth::Basic) => &[(0, 0, 0)],
            (Background::Light, Depth::Basic) => &[(255, 255, 255)],
            (Background::Dark, _) => &[(0, 0, 0), (30, 30, 30)],
            (Background::Light, _) => &[(255, 255, 255), (250, 250, 245)],
        }
    }

    fn themes() -> impl Iterator<Item = Theme> {
        let depths = [Depth::True, Depth::Indexed, Depth::Basic];
        let backgrounds = [Background::Dark, Background::Light];
        depths.into_iter().flat_map(move |depth| {
            backgrounds.map(|background| Theme { depth, background, is_ascii: false, colors: Colors::default() })
        })
    }

    #[track_caller]
    fn is_readable(theme: &Theme, style: Style, what: &str) {
        let text = style.fg.and_then(parts);
        for &own in own(theme) {
            let background = style.bg.and_then(parts).unwrap_or(own);
            // Nobody knows the terminal's own colour of text, but it is one that can be read on its background.
            let Some(text) = text else { return assert!(style.bg.is_none(), "{what}: {style:?}") };
            let ratio = ratio(text, background);
            assert!(ratio >= READABLE, "{what} of {theme:?}: {ratio:.2}, {style:?} on {background:?}");
        }
    }

    #[test]
    fn all_text_can_be_read_on_its_background() {
        let deltas: Vec<Delta> = [(100, 0), (100, 50), (100, 90), (100, 100), (90, 100), (50, 100), (0, 100)]
            .map(|(old, new)| Delta::of(old, new))
            .into();
        for theme in themes() {
            for hash in 0..360 {
                for is_even in [false, true] {
                    is_readable(&theme, theme.package(hash, is_even), "a box");
                    is_readable(&theme, theme.hot(f64::from(hash) / 359.0, is_even), "a box that is hot");
                    for share in [0.0, 0.3, 1.0] {
                        is_readable(&theme, theme.tinted(hash, share, is_even), "a box of a label");
                    }
                }
            }
            for delta in &deltas {
                is_readable(&theme, theme.changed_text(delta), "a change");
                for is_even in [false, true] {
                    is_readable(&theme, theme.changed(delta, is_even), "a box that changed");
                }
            }
            for kind in [Kind::Kernel, Kind::Inlined, Kind::User] {
                is_readable(&theme, theme.kind(kind, true), "a box of a sort of code");
                is_readable(&theme, theme.kind(kind, false), "a box of a sort of code");
            }
            for share in [0.0, 0.2, 0.7, 1.0] {
                is_readable(&theme, theme.heated(share), "a cell of a heat map");
                is_readable(&theme, theme.heat(share), "the gutter");
            }
            for token in [Token::Keyword, Token::Text, Token::Number, Token::Comment] {
                is_readable(&theme, theme.token(token), "source");
            }
            for (style, what) in [
                (theme.faint(), "what is less important"),
                (theme.bar(), "a bar"),
                (theme.chip(), "a filter"),
                (theme.fault(), "a fault"),
            ] {
                is_readable(&theme, style, what);
            }
        }
    }

    #[test]
    fn neighbours_differ_and_without_colours_there_are_none() {
        for theme in themes().filter(|theme| theme.depth == Depth::True) {
            assert!((0..360).all(|hash| theme.package(hash, true).bg != theme.package(hash, false).bg));
        }
        let mono = Theme {
            depth: Depth::Mono,
            background: Background::Dark,
            is_ascii: true,
            colors: toml::from_str("bar = \"#ff0000\"\nkeyword = \"red\"").expect("they are colours"),
        };
        let delta = Delta::of(1, 2);
        for style in [
            mono.bar(),
            mono.chip(),
            mono.fault(),
            mono.package(7, true),
            mono.changed(&delta, true),
            mono.changed_text(&delta),
            mono.heat(1.0),
            mono.faint(),
            mono.token(Token::Keyword),
        ] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }

    #[test]
    fn colours_of_the_configuration_are_what_the_terminal_has() {
        let colors: Colors = toml::from_str("bar = \"#ff8700\"\nfilter = \"red\"").expect("they are colours");
        for (depth, bar) in [
            (Depth::True, Color::Rgb(255, 135, 0)),
            (Depth::Indexed, Color::Indexed(208)),
            (Depth::Basic, Color::Yellow),
        ] {
            let theme = Theme { depth, background: Background::Dark, is_ascii: false, colors };
            assert_eq!(theme.bar().fg, Some(bar));
            assert_eq!(theme.chip().fg, Some(Color::Red));
        }
    }
}

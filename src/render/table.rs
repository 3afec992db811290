//! How tables look on a terminal.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a table is written: plain by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableStyle {
    /// Whether there are colours, as ANSI escapes.
    pub color: bool,
    /// How many columns there are; names are cut to fit. `None` cuts nothing.
    pub width: Option<usize>,
}

impl TableStyle {
    /// Makes a style from whether there are colours and how wide tables may be.
    pub fn new(color: bool, width: Option<usize>) -> Self {
        Self { color, width }
    }

    /// Writes `text` in a style if there are colours.
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        if self.color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// Heat of a share, from nothing to what to look at first.
pub(super) fn heat(share: f64) -> Style {
    match share {
        share if share >= 0.10 => AnsiColor::Red.on_default().bold(),
        share if share >= 0.02 => AnsiColor::Yellow.on_default(),
        share if share > 0.0 => Style::new(),
        _ => Style::new().dimmed(),
    }
}

/// Style of headings.
pub(super) const HEADING: Style = Style::new().bold();

/// Style of remarks.
pub(super) const REMARK: Style = Style::new().dimmed();

/// The mark of something left out.
const ELLIPSIS: &str = "…";

/// Cuts a name at its front, where it says least, so that it is at most `width` columns wide.
pub(super) fn cut_front(name: &str, width: usize) -> Cow<'_, str> {
    if name.width() <= width {
        return Cow::Borrowed(name);
    }
    let room = width.saturating_sub(ELLIPSIS.width());
    let mut taken = 0;
    let mut start = name.len();
    for (index, c) in name.char_indices().rev() {
        taken += c.width().unwrap_or(0);
        if taken > room {
            break;
        }
        start = index;
    }
    Cow::Owned(format!("{ELLIPSIS}{}", &name[start..]))
}

/// Cuts a text at its end so that it is at most `width` columns wide.
pub(super) fn cut_back(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    let room = width.saturating_sub(ELLIPSIS.width());
    let mut taken = 0;
    let mut end = 0;
    for (index, c) in text.char_indices() {
        taken += c.width().unwrap_or(0);
        if taken > room {
            break;
        }
        end = index + c.len_utf8();
    }
    Cow::Owned(format!("{}{ELLIPSIS}", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::cut_front;

    #[test]
    fn long_names_lose_their_front() {
        assert_eq!(cut_front("main.busy", 9), "main.busy");
        assert_eq!(cut_front("main.busy", 5), "…busy");
        assert_eq!(cut_front("日本語", 4), "…語");
        assert_eq!(cut_front("abc", 0), "…");
    }
}

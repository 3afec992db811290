//! A picture as text: plain, or with colours as terminals take them.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// Writes the rows of a picture, without spaces at their ends.
pub(super) fn text(picture: &Buffer, has_colors: bool) -> String {
    let mut text = String::new();
    for row in picture.content.chunks(usize::from(picture.area.width)) {
        let is_blank = |cell: &Cell| cell.symbol().trim().is_empty() && (!has_colors || codes(cell).is_empty());
        let end = row.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1);
        let mut before = String::new();
        for cell in &row[..end] {
            let codes = if has_colors { codes(cell) } else { String::new() };
            if codes != before {
                // What was set before is taken back first.
                let _ = write!(text, "\x1b[0{codes}m");
                before = codes;
            }
            text.push_str(cell.symbol());
        }
        text.push_str(if before.is_empty() { "\n" } else { "\x1b[0m\n" });
    }
    text
}

/// Returns the numbers of the sequence that sets a cell's style, each behind a semicolon.
fn codes(cell: &Cell) -> String {
    let modifiers = [
        (Modifier::BOLD, ";1"),
        (Modifier::DIM, ";2"),
        (Modifier::ITALIC, ";3"),
        (Modifier::UNDERLINED, ";4"),
        (Modifier::REVERSED, ";7"),
        (Modifier::CROSSED_OUT, ";9"),
    ];
    let set = modifiers.into_iter().filter(|(modifier, _)| cell.modifier.contains(*modifier));
    let modifiers: String = set.map(|(_, code)| code).collect();
    format!("{modifiers}{}{}", color(cell.fg, 0), color(cell.bg, 10))
}

/// Returns the numbers of a colour; those of backgrounds are 10 higher.
fn color(color: Color, above: u8) -> String {
    let code = match color {
        Color::Reset => return String::new(),
        Color::Rgb(red, green, blue) => return format!(";{};2;{red};{green};{blue}", 38 + above),
        Color::Indexed(index) => return format!(";{};5;{index}", 38 + above),
        Color::Black => 30,
        Color::Red => 31,
        Color::Green => 32,
        Color::Yellow => 33,
        Color::Blue => 34,
        Color::Magenta => 35,
        Color::Cyan => 36,
        Color::Gray => 37,
        Color::DarkGray => 90,
        Color::LightRed => 91,
        Color::LightGreen => 92,
        Color::LightYellow => 93,
        Color::LightBlue => 94,
        Color::LightMagenta => 95,
        Color::LightCyan => 96,
        Color::White => 97,
    };
    format!(";{}", code + above)
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Style};

    use super::text;

    #[test]
    fn styles_begin_where_they_are_and_end_with_the_row() {
        let mut picture = Buffer::empty(Rect::new(0, 0, 8, 3));
        picture.set_string(0, 0, "a", Style::new());
        picture.set_string(1, 0, "bc", Style::new().fg(Color::Red).bold());
        picture.set_string(4, 0, "d", Style::new());
        picture.set_string(0, 1, "x ", Style::new().fg(Color::Indexed(7)).bg(Color::Rgb(1, 2, 3)));
        assert_eq!(text(&picture, false), "abc d\nx\n\n");
        let expected = "a\x1b[0;1;31mbc\x1b[0m d\n\x1b[0;38;5;7;48;2;1;2;3mx \x1b[0m\n\n";
        assert_eq!(text(&picture, true), expected);
    }

    #[test]
    fn backgrounds_have_the_numbers_of_colours_and_ten() {
        let mut picture = Buffer::empty(Rect::new(0, 0, 1, 1));
        picture.set_string(0, 0, " ", Style::new().bg(Color::LightBlue).reversed());
        assert_eq!(text(&picture, true), "\x1b[0;7;104m \x1b[0m\n");
    }
}

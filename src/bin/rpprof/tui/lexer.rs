//! Which parts of a line of source are keywords, texts, numbers and comments.
//!
//! It knows what it takes to read source beside numbers: where texts and comments end, also those of several lines.

use std::ops::Range;

use super::language::Language;

/// What a part of a line is; what is none of these has the terminal's own colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Keyword,
    Text,
    Number,
    Comment,
}

/// A part of a line: its bytes, and what it is.
pub(super) type Span = (Range<usize>, Token);

/// What the end of a line leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    /// A comment, and in how many others it is.
    Comment(usize),
    /// A text, until its quote comes.
    Text(&'static str, Escapes),
    /// A raw text of Rust, until a quote and so many hashes.
    Raw(usize),
}

/// Whether a backslash takes the meaning of what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    Yes,
    No,
}

/// Reads the lines of a file from anywhere outside of texts and comments on.
#[derive(Clone, Debug)]
pub(super) struct Lexer {
    language: &'static Language,
    open: Open,
}

impl Lexer {
    /// Returns a lexer for a file, by the end of its name; `None` if its language is not known.
    pub(super) fn of_file(name: &str) -> Option<Self> {
        Language::of_file(name).map(|language| Self { language, open: Open::Nothing })
    }

    /// Forgets what is open, as where lines are missing.
    pub(super) fn reset(&mut self) {
        self.open = Open::Nothing;
    }

    /// Returns the parts of the next line, in order.
    pub(super) fn line(&mut self, line: &str) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut place = 0;
        while place < line.len() {
            let (end, token) = match self.open {
                Open::Nothing => self.next(line, place),
                Open::Comment(depth) => (self.comment(line, place, depth), Some(Token::Comment)),
                Open::Text(quote, escapes) => (self.text(line, place, quote, escapes), Some(Token::Text)),
                Open::Raw(hashes) => (self.raw(line, place, hashes), Some(Token::Text)),
            };
            if let Some(token) = token {
                spans.push((place..end, token));
            }
            place = end;
        }
        // Texts in simple quotes end with their line, whatever it says.
        if let Open::Text(quote, _) = self.open
            && !self.language.is_of_lines(quote)
            && !line.ends_with('\\')
        {
            self.open = Open::Nothing;
        }
        spans
    }

    /// Returns the end of what begins at a place outside of texts and comments, and what it is.
    fn next(&mut self, line: &str, place: usize) -> (usize, Option<Token>) {
        let rest = &line[place..];
        let language = self.language;
        if language.line_comment.is_some_and(|mark| rest.starts_with(mark)) {
            return (line.len(), Some(Token::Comment));
        }
        if language.block_comment.is_some_and(|(begin, _)| rest.starts_with(begin)) {
            let begin = language.block_comment.map_or(0, |(begin, _)| begin.len());
            self.open = Open::Comment(0);
            return (self.comment(line, place + begin, 0), Some(Token::Comment));
        }
        if let Some(hashes) = language.has_raw.then(|| raw_hashes(rest)).flatten() {
            self.open = Open::Raw(hashes);
            let begin = rest.find('"').map_or(rest.len(), |quote| quote + 1);
            return (self.raw(line, place + begin, hashes), Some(Token::Text));
        }
        if let Some((quote, escapes)) = language.quotes.iter().find(|(quote, _)| rest.starts_with(quote)) {
            self.open = Open::Text(quote, *escapes);
            return (self.text(line, place + quote.len(), quote, *escapes), Some(Token::Text));
        }
        if language.has_characters && rest.starts_with('\'') {
            // A lifetime of Rust begins like a character.
            return character_end(rest).map_or((place + 1, None), |end| (place + end, Some(Token::Text)));
        }
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let first = rest.chars().next().unwrap_or(' ');
        if first.is_ascii_digit() {
            return (place + number_end(rest), Some(Token::Number));
        }
        if is_word(first) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let is_keyword = language.keywords.binary_search(&&rest[..end]).is_ok();
            return (place + end, is_keyword.then_some(Token::Keyword));
        }
        (place + first.len_utf8(), None)
    }

    /// Returns the end of a comment, or of the line.
    fn comment(&mut self, line: &str, from: usize, depth: usize) -> usize {
        let Some((begin, end)) = self.language.block_comment else { return line.len() };
        let (mut place, mut depth) = (from, depth);
        while place < line.len() {
            let rest = &line[place..];
            if rest.starts_with(end) {
                place += end.len();
                if depth == 0 {
                    self.open = Open::Nothing;
                    return place;
                }
                depth -= 1;
            } else if self.language.nests && rest.starts_with(begin) {
                place += begin.len();
                depth += 1;
            } else {
                place += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        self.open = Open::Comment(depth);
        line.len()
    }

    fn text(&mut self, line: &str, from: usize, quote: &str, escapes: Escapes) -> usize {
        let mut place = from;
        while place < line.len() {
            let rest = &line[place..];
            if rest.starts_with(quote) {
                self.open = Open::Nothing;
                return place + quote.len();
            }
            let mut characters = rest.chars();
            let first = characters.next();
            place += first.map_or(1, char::len_utf8);
            if escapes == Escapes::Yes && first == Some('\\') {
                place += characters.next().map_or(0, char::len_utf8);
            }
        }
        line.len()
    }

    fn raw(&mut self, line: &str, from: usize, hashes: usize) -> usize {
        let end = format!("\"{}", "#".repeat(hashes));
        let Some(found) = line[from..].find(&end) else { return line.len() };
        self.open = Open::Nothing;
        from + found + end.len()
    }
}

/// Returns how many hashes a raw text begins with (`r"`, `br##"`), if it is one.
fn raw_hashes(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("br").or_else(|| text.strip_prefix("cr")).or_else(|| text.strip_prefix('r'))?;
    let hashes = rest.bytes().take_while(|&byte| byte == b'#').count();
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// Returns the end of a character in quotes, if it is one.
fn character_end(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    if first == '\\' {
        let end = text[2..].char_indices().skip(1).find(|(_, c)| *c == '\'')?;
        return Some(2 + end.0 + 1);
    }
    let (end, second) = characters.next()?;
    (second == '\'' && first != '\'').then_some(end + 1)
}

fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 1;
    while let Some(&byte) = bytes.get(end) {
        let is_decimal = byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        let is_divided = byte == b'\'' && bytes.get(end + 1).is_some_and(u8::is_ascii_hexdigit);
        if !(byte.is_ascii_alphanumeric() || byte == b'_' || is_decimal || is_divided) {
            break;
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{Lexer, Token};

    /// Writes lines with a letter below each character that is part of something.
    fn marks(file: &str, lines: &[&str]) -> Vec<String> {
        let mut lexer = Lexer::of_file(file).expect("the language is known");
        let marks = |line: &&str| {
            let mut marks = vec![b' '; line.len()];
            for (range, token) in lexer.line(line) {
                let letter = match token {
                    Token::Keyword => b'k',
                    Token::Text => b't',
                    Token::Number => b'n',
                    Token::Comment => b'c',
                };
                marks[range].fill(letter);
            }
            String::from_utf8(marks).expect("they are letters").trim_end().to_owned()
        };
        lines.iter().map(marks).collect()
    }

    #[test]
    fn parts_of_lines_are_known() {
        for (file, line, expected) in [
            (
                "a.rs",
                r#"fn f<'a>(x: &'a str) -> u8 { b'\'' as u8 + 0x1f_u8 } // 'x"#,
                "kk                            tttt kk      nnnnnnn   ccccc",
            ),
            ("a.rs", r##"let s = r#"a "b" c"# + "\"" ; 1.5e3..2"##, "kkk     tttttttttttt   tttt   nnnnn  n"),
            (
                "a.go",
                "for i := range `a\\` { return 'x' } /* y */ go f()",
                "kkk      kkkkk tttt   kkkkkk ttt   ccccccc kk",
            ),
            ("a.cc", "const char* s = \"a\\\"b\"; int n = 1'000; // c", "kkkkk kkkk      tttttt  kkk     nnnnn  cccc"),
            ("a.py", "def f(x): return '#' # no", "kkk       kkkkkk ttt cccc"),
            ("a.rs", "日本 = \"日\" // 語", "         ttttt cccccc"),
        ] {
            assert_eq!(marks(file, &[line])[0], expected, "{line}");
        }
    }

    #[test]
    fn texts_and_comments_go_over_lines() {
        assert_eq!(
            marks("a.rs", &["x /* a /* b */", "c */ fn", "\"a", "b\" fn", "r#\"", "\"fn", "\"# fn"]),
            ["  cccccccccccc", "cccc kk", "tt", "tt kk", "ttt", "ttt", "tt kk"]
        );
        assert_eq!(marks("a.c", &["/* a /* b */ int", "\"a", "int"]), ["cccccccccccc kkk", "tt", "kkk"]);
        assert_eq!(marks("a.go", &["`a", "func`", "func"]), ["tt", "ttttt", "kkkk"]);
        assert_eq!(marks("a.py", &["'''a", "def", "''' def"]), ["tttt", "ttt", "ttt kkk"]);
        assert!(Lexer::of_file("a.txt").is_none() && Lexer::of_file("Makefile").is_none());
    }

    #[test]
    fn no_line_panics_and_parts_are_in_order() {
        let pieces = ["'", "\"", "\\", "r#", "/*", "*/", "//", "日", "1", ".", "fn", "`", "'''", " ", "#", "b'", "é"];
        let mut number = 7_u64;
        for file in ["a.rs", "a.go", "a.cpp", "a.py"] {
            let mut lexer = Lexer::of_file(file).expect("the language is known");
            for _ in 0..3000 {
                let line: String = (0..8)
                    .map(|_| {
                        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        pieces[(number >> 33) as usize % pieces.len()]
                    })
                    .collect();
                let mut end = 0;
                for (range, _) in lexer.line(&line) {
                    assert!(range.start >= end && range.end > range.start, "{line}");
                    assert!(line.is_char_boundary(range.start) && line.is_char_boundary(range.end), "{line}");
                    end = range.end;
                }
            }
        }
    }
}

//! Regular expressions in Go's syntax.
//!
//! It differs from that of the `regex` package in what letters classes such as `\w` hold, in what
//! may stand in brackets, in braces that are no repetition, and in what may be escaped.

use std::iter::Peekable;
use std::str::CharIndices;

use regex::Regex;

/// Compiles an expression in Go's syntax.
///
/// # Errors
/// What Go's `regexp` package says of it.
pub(crate) fn compile(text: &str) -> Result<Regex, String> {
    let wrong = |message: String| format!("error parsing regexp: {message}");
    let translated = Translator::new(text).translate().map_err(wrong)?;
    // What is left are limits of size, for which Go has others.
    Regex::new(&translated).map_err(|error| wrong(error.to_string()))
}

/// Goes over an expression once and writes it as the `regex` package wants it.
struct Translator<'t> {
    text: &'t str,
    chars: Peekable<CharIndices<'t>>,
    written: String,
    /// Groups that are open.
    depth: usize,
    /// Where the repetition stands that was read last, if nothing was read since.
    repetition: Option<usize>,
    /// Whether there is something that can be repeated.
    is_repeatable: bool,
}

/// The largest number of repetitions.
const MAX_REPEAT: u32 = 1000;

impl<'t> Translator<'t> {
    fn new(text: &'t str) -> Self {
        let chars = text.char_indices().peekable();
        Self { text, chars, written: String::new(), depth: 0, repetition: None, is_repeatable: false }
    }

    fn translate(mut self) -> Result<String, String> {
        while let Some((start, c)) = self.chars.next() {
            match c {
                '(' => self.open(start)?,
                ')' if self.depth == 0 => return Err(format!("unexpected ): `{}`", self.text)),
                ')' => {
                    self.depth -= 1;
                    self.item(")");
                }
                '|' => {
                    self.item("|");
                    self.is_repeatable = false;
                }
                '*' | '+' | '?' => self.repeat(start, c.encode_utf8(&mut [0; 4]))?,
                '{' => match braces(&self.text[start..]) {
                    Some(braces) => {
                        check_counts(braces)?;
                        for _ in 1..braces.len() {
                            self.chars.next();
                        }
                        self.repeat(start, braces)?;
                    }
                    None => self.item("\\{"),
                },
                '}' | ']' | '#' | '&' | '~' | '-' => self.literal(c),
                '[' => {
                    let class = self.class(start)?;
                    self.item(&class);
                }
                '\\' => {
                    let escaped = self.escape(start, Place::Outside)?;
                    self.item(&escaped);
                }
                c => self.item(c.encode_utf8(&mut [0; 4])),
            }
        }
        if self.depth > 0 {
            return Err(format!("missing closing ): `{}`", self.text));
        }
        Ok(self.written)
    }

    /// Writes something that can be repeated.
    fn item(&mut self, text: &str) {
        self.written.push_str(text);
        (self.repetition, self.is_repeatable) = (None, true);
    }

    fn literal(&mut self, c: char) {
        self.item(&hexadecimal(c));
    }

    /// Returns where the next character stands.
    fn position(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |&(index, _)| index)
    }

    fn next_if(&mut self, wanted: char) -> bool {
        self.chars.next_if(|&(_, c)| c == wanted).is_some()
    }

    fn open(&mut self, start: usize) -> Result<(), String> {
        let group = &self.text[start..];
        if group.starts_with("(?P<") || group.starts_with("(?<") {
            let Some(end) = group.find('>') else { return Err(format!("invalid named capture: `{group}`")) };
            let name = group[..end].rsplit('<').next().unwrap_or_default();
            if name.is_empty() || !name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) {
                return Err(format!("invalid named capture: `{}`", &group[..=end]));
            }
            self.take_until(start + end + 1);
        } else if let Some(flags) = group.strip_prefix("(?") {
            let end = flags.find(|c| !matches!(c, 'i' | 'm' | 's' | 'U' | '-')).unwrap_or(flags.len());
            let (on, off) = flags[..end].split_once('-').map_or((&flags[..end], None), |(on, off)| (on, Some(off)));
            // A dash stands between flags to set and some to clear.
            let has_stray_dash = on.contains('-') || off.is_some_and(|off| off.is_empty() || off.contains('-'));
            match flags[end..].chars().next() {
                Some(other) if has_stray_dash => {
                    let wrong = &group[..end + 2 + other.len_utf8()];
                    return Err(format!("invalid or unsupported Perl syntax: `{wrong}`"));
                }
                Some(':') => self.take_until(start + end + 3),
                Some(')') if end > 0 => {
                    self.take_until(start + end + 3);
                    self.written.push_str(&group[..end + 3]);
                    self.is_repeatable = false;
                    return Ok(());
                }
                Some(other) => {
                    let wrong = &group[..end + 2 + other.len_utf8()];
                    return Err(format!("invalid or unsupported Perl syntax: `{wrong}`"));
                }
                None => return Err(format!("invalid or unsupported Perl syntax: `{group}`")),
            }
        }
        let end = self.position();
        self.written.push_str(&self.text[start..end]);
        self.depth += 1;
        (self.repetition, self.is_repeatable) = (None, false);
        Ok(())
    }

    fn take_until(&mut self, end: usize) {
        while self.chars.next_if(|&(index, _)| index < end).is_some() {}
    }

    fn repeat(&mut self, start: usize, operator: &str) -> Result<(), String> {
        if let Some(earlier) = self.repetition {
            let end = start + operator.len();
            return Err(format!("invalid nested repetition operator: `{}`", &self.text[earlier..end]));
        }
        if !self.is_repeatable {
            return Err(format!("missing argument to repetition operator: `{operator}`"));
        }
        self.written.push_str(operator);
        if self.next_if('?') {
            self.written.push('?');
        }
        self.repetition = Some(start);
        Ok(())
    }

    /// Reads what stands in brackets, of which the first is read.
    fn class(&mut self, start: usize) -> Result<String, String> {
        let missing = format!("missing closing ]: `{}`", &self.text[start..]);
        let mut class = String::from("[");
        if self.next_if('^') {
            class.push('^');
        }
        let mut is_first = true;
        loop {
            let Some(&(begin, c)) = self.chars.peek() else { return Err(missing) };
            if c == ']' && !is_first {
                self.chars.next();
                class.push(']');
                return Ok(class);
            }
            is_first = false;
            if self.text[begin..].starts_with("[:")
                && let Some(end) = self.text[begin..].find(":]")
            {
                let name = &self.text[begin..begin + end + 2];
                if !is_known_class(name) {
                    return Err(format!("invalid character class range: `{name}`"));
                }
                class.push_str(name);
                self.take_until(begin + end + 2);
                continue;
            }
            let (low, low_char) = self.class_char(begin)?;
            class.push_str(&low);
            let rest = &self.text[self.position()..];
            let Some(low_char) =
                low_char.filter(|_| rest.starts_with('-') && rest.len() > 1 && !rest.starts_with("-]"))
            else {
                continue;
            };
            self.chars.next();
            let high_start = self.position();
            let (high, high_char) = self.class_char(begin)?;
            let end = self.position();
            let Some(high_char) = high_char else {
                return Err(format!("invalid escape sequence: `{}`", &self.text[high_start..end]));
            };
            if high_char < low_char {
                return Err(format!("invalid character class range: `{}`", &self.text[begin..end]));
            }
            class.push('-');
            class.push_str(&high);
        }
    }

    /// Reads one character or escape in brackets; returns the character too, if it is one.
    fn class_char(&mut self, begin: usize) -> Result<(String, Option<char>), String> {
        match self.chars.next() {
            Some((start, '\\')) => {
                let escaped = self.escape(start, Place::Brackets)?;
                let c = escaped.strip_prefix("\\x{").and_then(|hexadecimal| hexadecimal.strip_suffix('}'));
                let c = c.and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
                Ok((escaped, c))
            }
            Some((_, c)) => Ok((hexadecimal(c), Some(c))),
            None => Err(format!("missing closing ]: `{}`", &self.text[begin..])),
        }
    }

    /// Reads an escape, of which the backslash is read.
    fn escape(&mut self, start: usize, place: Place) -> Result<String, String> {
        let Some((_, c)) = self.chars.next() else {
            return Err("trailing backslash at end of expression: ``".to_owned());
        };
        let in_class = |set: &str| if place == Place::Brackets { set.to_owned() } else { format!("[{set}]") };
        Ok(match c {
            'd' => in_class("0-9"),
            's' => in_class("\\t\\n\\f\\r "),
            'w' => in_class("0-9A-Za-z_"),
            'D' => "[^0-9]".to_owned(),
            'S' => "[^\\t\\n\\f\\r ]".to_owned(),
            'W' => "[^0-9A-Za-z_]".to_owned(),
            'b' if place == Place::Outside => "(?-u:\\b)".to_owned(),
            'B' | 'A' | 'z' if place == Place::Outside => format!("\\{c}"),
            'Q' if place == Place::Outside => return Ok(self.quoted()),
            'a' => hexadecimal('\x07'),
            'f' => hexadecimal('\x0c'),
            'n' => hexadecimal('\n'),
            'r' => hexadecimal('\r'),
            't' => hexadecimal('\t'),
            'v' => hexadecimal('\x0b'),
            'p' | 'P' => self.property(start)?,
            'x' => self.hexadecimal_escape(start)?,
            '0'..='7' => self.octal_escape(start, c)?,
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => hexadecimal(c),
            _ => return Err(self.invalid_escape(start)),
        })
    }

    fn invalid_escape(&mut self, start: usize) -> String {
        let end = self.position();
        format!("invalid escape sequence: `{}`", &self.text[start..end])
    }

    /// Reads what stands between `\Q` and `\E`.
    fn quoted(&mut self) -> String {
        let begin = self.position();
        let rest = &self.text[begin..];
        let (literal, length) = match rest.find("\\E") {
            Some(end) => (&rest[..end], end + 2),
            None => (rest, rest.len()),
        };
        self.take_until(begin + length);
        literal.chars().map(hexadecimal).collect()
    }

    fn property(&mut self, start: usize) -> Result<String, String> {
        let first = self.chars.next().map(|(_, c)| c);
        if first == Some('{') {
            while self.chars.next_if(|&(_, c)| c != '}').is_some() {}
            self.chars.next();
        }
        let end = self.position();
        let mut property = self.text[start..end].to_owned();
        if property.starts_with("\\p{^") {
            property = property.replacen("\\p{^", "\\P{", 1);
        }
        match Regex::new(&property) {
            Ok(_) => Ok(property),
            Err(_) => Err(format!("invalid character class range: `{}`", &self.text[start..end])),
        }
    }

    fn hexadecimal_escape(&mut self, start: usize) -> Result<String, String> {
        let is_digit = |&(_, c): &(usize, char)| c.is_ascii_hexdigit();
        let mut digits = String::new();
        let is_complete = if self.next_if('{') {
            while let Some((_, digit)) = self.chars.next_if(is_digit) {
                digits.push(digit);
            }
            self.next_if('}')
        } else {
            digits.extend((0..2).map_while(|_| self.chars.next_if(is_digit)).map(|(_, digit)| digit));
            digits.len() == 2
        };
        let c = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
        c.filter(|_| is_complete).map(hexadecimal).ok_or_else(|| self.invalid_escape(start))
    }

    fn octal_escape(&mut self, start: usize, first: char) -> Result<String, String> {
        let is_digit = |&(_, c): &(usize, char)| ('0'..='7').contains(&c);
        // A digit alone would be what a group matched before, which there is not.
        if first != '0' && !self.chars.peek().is_some_and(is_digit) {
            return Err(self.invalid_escape(start));
        }
        let mut digits = String::from(first);
        digits.extend((0..2).map_while(|_| self.chars.next_if(is_digit)).map(|(_, digit)| digit));
        let c = u32::from_str_radix(&digits, 8).ok().and_then(char::from_u32);
        c.map(hexadecimal).ok_or_else(|| self.invalid_escape(start))
    }
}

/// Where an escape stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Brackets,
}

/// Writes a character so that it stands for itself; only letters, digits and the like do anyway.
fn hexadecimal(c: char) -> String {
    if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\x{{{:X}}}", u32::from(c)) }
}

/// Returns the repetition that `text` begins with: `{2}`, `{2,}` or `{2,5}`.
fn braces(text: &str) -> Option<&str> {
    let end = text.find('}')?;
    let (from, to) = text[1..end].split_once(',').unwrap_or((&text[1..end], ""));
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    (!from.is_empty() && is_number(from) && is_number(to)).then_some(&text[..=end])
}

fn check_counts(braces: &str) -> Result<(), String> {
    let counts = braces.trim_matches(['{', '}']).split(',').filter(|count| !count.is_empty());
    let counts: Vec<u32> = counts.map(|count| count.parse().unwrap_or(u32::MAX)).collect();
    let is_valid = counts.is_sorted() && counts.iter().all(|&count| count <= MAX_REPEAT);
    if is_valid { Ok(()) } else { Err(format!("invalid repeat count: `{braces}`")) }
}

/// Names of classes in brackets, such as `[:alpha:]` and `[:^alpha:]`.
const CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

fn is_known_class(name: &str) -> bool {
    let name = name.trim_start_matches("[:").trim_end_matches(":]");
    CLASSES.contains(&name.strip_prefix('^').unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_match_as_in_go() {
        for (expression, text, is_match) in [
            ("^main", "main.run", true),
            ("(*Tree)".replace('*', "\\*").as_str(), "main.(*Tree)", true),
            ("a{,2}", "a{,2}", true),
            ("struct {", "struct {", true),
            ("a{2}", "caab", true),
            ("[[]x", "[x", true),
            ("[&&a]", "&", true),
            ("[a-]", "-", true),
            ("[]a]", "]", true),
            ("[a-c-e]", "-", true),
            ("[^\\d]", "5", false),
            ("^\\w$", "é", false),
            ("^\\d$", "٣", false),
            ("\\Qa.b(\\E", "xa.b(", true),
            ("\\Qa.b(\\E", "xaxb(", false),
            ("\\<x", "<x", true),
            ("\\_", "_", true),
            ("\\x41\\x{42}\\103", "ABC", true),
            ("(?i)MAIN", "main", true),
            ("(?P<n>a)(?<m>b)", "ab", true),
            ("a|^b*?", "c", true),
            ("[[:upper:]_]", "_", true),
            ("\\bx\\b", "a x b", true),
            ("", "", true),
            ("std::", "std::vector<int>", true),
            ("é+", "éé", true),
        ] {
            let regex = compile(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
            assert_eq!(regex.is_match(text), is_match, "{expression} on {text}");
        }
    }

    #[test]
    fn errors_are_those_of_go() {
        for (expression, message) in [
            ("[", "missing closing ]: `[`"),
            ("a[b", "missing closing ]: `[b`"),
            ("x(a", "missing closing ): `x(a`"),
            ("a)b", "unexpected ): `a)b`"),
            ("*a", "missing argument to repetition operator: `*`"),
            ("(+)", "missing argument to repetition operator: `+`"),
            ("a**", "invalid nested repetition operator: `**`"),
            ("a*{2}", "invalid nested repetition operator: `*{2}`"),
            ("a\\", "trailing backslash at end of expression: ``"),
            ("\\8", "invalid escape sequence: `\\8`"),
            ("\\y", "invalid escape sequence: `\\y`"),
            ("[b-a]", "invalid character class range: `b-a`"),
            ("[[:foo:]]", "invalid character class range: `[:foo:]`"),
            ("\\p{Foo}", "invalid character class range: `\\p{Foo}`"),
            ("a{1001}", "invalid repeat count: `{1001}`"),
            ("a{3,2}", "invalid repeat count: `{3,2}`"),
            ("[a-\\d]", "invalid escape sequence: `\\d`"),
            ("\\1", "invalid escape sequence: `\\1`"),
            ("{2}", "missing argument to repetition operator: `{2}`"),
            ("a|*", "missing argument to repetition operator: `*`"),
            ("(?i", "invalid or unsupported Perl syntax: `(?i`"),
            ("(?i-)x", "invalid or unsupported Perl syntax: `(?i-)`"),
            ("(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
            ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
            ("(?P<n", "invalid named capture: `(?P<n`"),
        ] {
            let error = compile(expression).map(|_| ()).expect_err(expression);
            assert_eq!(error, format!("error parsing regexp: {message}"), "{expression}");
        }
    }
}

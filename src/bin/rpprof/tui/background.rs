//! What the terminal says of its background, picked out from among the keys that it comes as.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::contrast::{self, BLACK, Parts, WHITE};
use super::theme::Background;

/// Asks the terminal for the colour of its background.
pub(super) const QUESTION: &str = "\x1b]11;?\x1b\\";
/// What an answer begins with.
const BEGINNING: &str = "\x1b]11;";
/// So many characters of a colour are taken in; it has 24 at most.
const MOST: usize = 40;

/// Waits for the answer, among keys.
///
/// The beginning of an answer is held back, and given out again if what comes next is none. Nobody types more than the
/// beginning: what follows it is thrown away if it does not end as an answer, so that no part of one is taken for keys.
#[derive(Debug, Default)]
pub(super) struct Awaited {
    held: Vec<KeyEvent>,
    is_late: bool,
}

/// What a key tells.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// These were typed; none of them, as long as they may be an answer.
    Keys(Vec<KeyEvent>),
    /// The answer is there; `None` is one that nobody understands.
    Answer(Option<Background>),
}

/// How keys go on with an answer.
enum Fit {
    /// A beginning that may have been typed.
    Beginning,
    /// More than that.
    Color,
    /// A whole answer.
    Whole(Option<Background>),
    None,
}

impl Awaited {
    /// Takes in the next key.
    pub(super) fn take(&mut self, key: KeyEvent) -> Heard {
        self.held.push(key);
        match fit(&self.held) {
            // By itself it is the first half of alt-] where an answer comes in two parts, which is rare.
            Fit::Beginning if self.is_late && self.held.len() == 1 && key.code == KeyCode::Esc => {}
            Fit::Whole(background) => {
                self.held.clear();
                return Heard::Answer(background);
            }
            Fit::Beginning | Fit::Color => return Heard::Keys(Vec::new()),
            Fit::None => {}
        }
        self.held.pop();
        let mut keys = self.give_up();
        if matches!(fit(&[key]), Fit::Beginning) && !(self.is_late && key.code == KeyCode::Esc) {
            self.held.push(key);
        } else {
            keys.push(key);
        }
        Heard::Keys(keys)
    }

    /// Returns the keys that are held back and may have been typed: no more of an answer comes.
    pub(super) fn give_up(&mut self) -> Vec<KeyEvent> {
        let held = std::mem::take(&mut self.held);
        if matches!(fit(&held), Fit::Beginning) { held } else { Vec::new() }
    }

    /// From now on `esc` is a key: it is not held back for an answer that hardly comes any more.
    pub(super) fn grow_late(&mut self) {
        self.is_late = true;
    }

    pub(super) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }
}

/// Returns how far keys are an answer.
fn fit(keys: &[KeyEvent]) -> Fit {
    let Some(text) = keys.iter().map(written).collect::<Option<String>>() else { return Fit::None };
    if BEGINNING.starts_with(&text) {
        return Fit::Beginning;
    }
    let Some(color) = text.strip_prefix(BEGINNING) else { return Fit::None };
    if let Some(color) = color.strip_suffix('\x07').or_else(|| color.strip_suffix("\x1b\\")) {
        return Fit::Whole(parse(color).map(background));
    }
    let is_color = |c: char| c.is_ascii_graphic();
    let color = color.strip_suffix('\x1b').unwrap_or(color);
    if color.len() <= MOST && color.chars().all(is_color) { Fit::Color } else { Fit::None }
}

/// Returns what the terminal wrote that came as this key, if that may be part of an answer.
fn written(key: &KeyEvent) -> Option<String> {
    match (key.code, key.modifiers) {
        (KeyCode::Char(c), KeyModifiers::NONE | KeyModifiers::SHIFT) => Some(c.to_string()),
        (KeyCode::Char(c @ (']' | '\\')), KeyModifiers::ALT) => Some(format!("\x1b{c}")),
        (KeyCode::Char('g'), KeyModifiers::CONTROL) => Some("\x07".to_owned()),
        (KeyCode::Esc, KeyModifiers::NONE) => Some("\x1b".to_owned()),
        _ => None,
    }
}

/// Reads a colour such as `rgb:ffff/ffff/ffff`, where each part has 1 to 4 digits; `rgba:` has a fourth part.
fn parse(text: &str) -> Option<Parts> {
    let (kind, parts) = text.split_once(':')?;
    let count = match kind {
        "rgb" => 3,
        "rgba" => 4,
        _ => return None,
    };
    let part = |text: &str| {
        let is_fit = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = is_fit.then(|| u32::from_str_radix(text, 16).ok()).flatten()?;
        u8::try_from(value * 255 / ((1 << (4 * text.len())) - 1)).ok()
    };
    let parts = parts.split('/').map(part).collect::<Option<Vec<u8>>>()?;
    (parts.len() == count).then(|| (parts[0], parts[1], parts[2]))
}

/// Returns what a background of a colour is: light if black is seen better on it than white.
fn background(color: Parts) -> Background {
    if contrast::ratio(BLACK, color) > contrast::ratio(WHITE, color) { Background::Light } else { Background::Dark }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::{Awaited, Background, Heard};

    const LIGHT: Heard = Heard::Answer(Some(Background::Light));
    const DARK: Heard = Heard::Answer(Some(Background::Dark));

    /// Returns the keys that the terminal's reader makes of what is written; `␛` is `esc` by itself.
    fn keys(text: &str) -> Vec<KeyEvent> {
        let mut chars = text.chars();
        let mut keys = Vec::new();
        while let Some(c) = chars.next() {
            keys.push(match c {
                '\x1b' => KeyEvent::new(KeyCode::Char(chars.next().expect("a key follows")), KeyModifiers::ALT),
                '␛' => KeyCode::Esc.into(),
                '\x07' => KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL),
                c if c.is_ascii_uppercase() => KeyEvent::new(KeyCode::Char(c), KeyModifiers::SHIFT),
                c => KeyCode::Char(c).into(),
            });
        }
        keys
    }

    /// Checks that nothing is heard before the last key, and returns what that tells.
    #[track_caller]
    fn last(awaited: &mut Awaited, text: &str) -> Heard {
        let keys = keys(text);
        let (last, others) = keys.split_last().expect("there are keys");
        for key in others {
            assert_eq!(awaited.take(*key), Heard::Keys(Vec::new()), "{text:?}");
        }
        awaited.take(*last)
    }

    #[test]
    fn answers_are_no_keys() {
        for (text, expected) in [
            ("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", LIGHT),
            ("\x1b]11;rgb:0000/0000/0000\x1b\\", DARK),
            ("\x1b]11;rgb:fdfd/f6f6/e3e3\x07", LIGHT),
            ("\x1b]11;rgb:FDFD/F6F6/E3E3\x07", LIGHT),
            ("\x1b]11;rgb:00/2b/36\x1b\\", DARK),
            ("\x1b]11;rgb:f/f/f\x07", LIGHT),
            ("\x1b]11;rgb:0/0/8\x07", DARK),
            ("\x1b]11;rgba:ffff/ffff/ffff/8000\x1b\\", LIGHT),
            ("\x1b]11;rgb:ffff/ffff/0000␛\\", LIGHT),
            ("␛]11;rgb:1c1c/1c1c/1c1c␛\\", DARK),
        ] {
            let mut awaited = Awaited::default();
            assert_eq!(last(&mut awaited, text), expected, "{text:?}");
            assert!(!awaited.is_holding());
        }
    }

    #[test]
    fn answers_that_nobody_understands_are_no_keys_either() {
        for color in
            ["", "?", "#ffffff", "rgb:ffff/ffff", "rgb:fffff/0/0", "rgb:/0/0", "rgb:g/0/0", "rgba:1/1/1", "rgb:+1/0/0"]
        {
            let heard = last(&mut Awaited::default(), &format!("\x1b]11;{color}\x1b\\"));
            assert_eq!(heard, Heard::Answer(None), "{color}");
        }
    }

    #[test]
    fn what_begins_like_an_answer_and_is_none_was_typed() {
        for beginning in ["\x1b]", "\x1b]1", "\x1b]11", "␛", "␛]1"] {
            for next in ["j", "\x1bx", "\x07", "G", "\x1b\\"] {
                let text = format!("{beginning}{next}");
                assert_eq!(last(&mut Awaited::default(), &text), Heard::Keys(keys(&text)), "{text:?}");
            }
            let mut awaited = Awaited::default();
            assert_eq!(last(&mut awaited, beginning), Heard::Keys(Vec::new()));
            assert!(awaited.is_holding());
            assert_eq!(awaited.give_up(), keys(beginning), "{beginning:?}");
            assert!(!awaited.is_holding() && awaited.give_up().is_empty());
        }
        let mut awaited = Awaited::default();
        assert_eq!(last(&mut awaited, "\x1b]1\x1b]"), Heard::Keys(keys("\x1b]1")), "the last may begin one");
        assert_eq!(last(&mut awaited, "11;rgb:f/f/f\x07"), LIGHT);
    }

    #[test]
    fn no_part_of_an_answer_is_a_key() {
        for part in ["\x1b]11;r", "\x1b]11;rgb:ff", "\x1b]11;rgb:ffff/ffff/ffff", "\x1b]11;rgb:f/f/f␛"] {
            let mut awaited = Awaited::default();
            assert_eq!(last(&mut awaited, part), Heard::Keys(Vec::new()));
            assert!(awaited.give_up().is_empty() && !awaited.is_holding(), "{part:?}");
            assert_eq!(last(&mut awaited, part), Heard::Keys(Vec::new()));
            let up = KeyEvent::from(KeyCode::Up);
            assert_eq!(awaited.take(up), Heard::Keys(vec![up]), "{part:?}");
        }
        let mut awaited = Awaited::default();
        assert_eq!(last(&mut awaited, &format!("\x1b]11;{}", "f".repeat(40))), Heard::Keys(Vec::new()));
        assert_eq!(awaited.take(KeyCode::Char('q').into()), Heard::Keys(keys("q")), "it never ends");
    }

    #[test]
    fn keys_before_and_after_an_answer_are_typed() {
        let mut awaited = Awaited::default();
        for key in keys("jG1]/\x07\x1bc") {
            assert_eq!(awaited.take(key), Heard::Keys(vec![key]));
        }
        assert_eq!(last(&mut awaited, "\x1b]11;rgb:f/f/f\x07"), LIGHT);
        for key in keys("11;q") {
            assert_eq!(awaited.take(key), Heard::Keys(vec![key]));
        }
    }

    #[test]
    fn esc_is_a_key_at_once_when_an_answer_is_late() {
        let mut awaited = Awaited::default();
        awaited.grow_late();
        assert_eq!(last(&mut awaited, "␛"), Heard::Keys(keys("␛")));
        assert_eq!(last(&mut awaited, "\x1b]␛"), Heard::Keys(keys("\x1b]␛")));
        assert_eq!(last(&mut awaited, "\x1b]11;rgb:f/f/f␛\\"), LIGHT);
    }
}

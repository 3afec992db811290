//! What is searched for, and how it is meant.

use std::sync::Arc;

use regex::Regex;

use super::answer::Matches;

/// What is searched for.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    pub(super) text: String,
    pub(super) how: How,
    /// `None` until the worker has answered.
    pub(super) matches: Option<Arc<Matches>>,
    pub(super) fault: Option<String>,
}

/// Whether capitals count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Case {
    /// If there are some in what is searched for.
    #[default]
    Smart,
    Counts,
    Ignored,
}

/// How what is searched for is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct How {
    pub(super) case: Case,
    /// Only whole words match.
    pub(super) is_words: bool,
    /// It is a text, and no expression.
    pub(super) is_plain: bool,
}

/// What stands around an expression that only whole words match.
const WORD: (&str, &str) = (r"\b{start-half}(?:", r")\b{end-half}");

impl How {
    /// Returns how it is meant after a key, if the key says so.
    pub(super) fn toggled(self, key: &str) -> Option<Self> {
        Some(match key {
            "alt-c" => Self {
                case: match self.case {
                    Case::Smart => Case::Counts,
                    Case::Counts => Case::Ignored,
                    Case::Ignored => Case::Smart,
                },
                ..self
            },
            "alt-w" => Self { is_words: !self.is_words, ..self },
            "alt-r" => Self { is_plain: !self.is_plain, ..self },
            _ => return None,
        })
    }

    /// Tells how it is meant, with the keys that change that.
    pub(super) fn text(self) -> String {
        let case = match self.case {
            Case::Smart => "smart case",
            Case::Counts => "case counts",
            Case::Ignored => "any case",
        };
        let words = if self.is_words { "whole words" } else { "parts" };
        let plain = if self.is_plain { "text" } else { "regex" };
        format!("alt-c {case}  alt-w {words}  alt-r {plain}")
    }

    /// Returns the expression that matches what is searched for.
    pub(super) fn pattern(self, text: &str) -> String {
        let has_case = match self.case {
            Case::Smart => text.chars().any(char::is_uppercase),
            Case::Counts => true,
            Case::Ignored => false,
        };
        let plain = if self.is_plain { regex::escape(text) } else { text.to_owned() };
        let words = if self.is_words { format!("{}{plain}{}", WORD.0, WORD.1) } else { plain };
        if has_case { words } else { format!("(?i){words}") }
    }

    /// Writes an expression as what was searched for, if it was made of that.
    pub(super) fn shown(pattern: &str) -> String {
        let (start, words) = match pattern.strip_prefix("(?i)") {
            Some(rest) => ("(?i)", rest),
            None => ("", pattern),
        };
        let word = words.strip_prefix(WORD.0).and_then(|rest| rest.strip_suffix(WORD.1));
        word.map_or_else(|| pattern.to_owned(), |word| format!("{start}{word} as a word"))
    }

    /// Compiles what is searched for.
    ///
    /// # Errors
    /// Why it is no regular expression, in words.
    pub(super) fn expression(self, text: &str) -> Result<Regex, String> {
        // What is put around it could close what it leaves open.
        let own = if self.is_plain { Ok(()) } else { Regex::new(text).map(|_| ()) };
        own.and_then(|()| Regex::new(&self.pattern(text))).map_err(|error| {
            let message = error.to_string();
            let reason = message.lines().last().unwrap_or_default();
            format!("{text:?} is not a regular expression: {}", reason.trim_start_matches("error: "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, How};

    #[test]
    fn what_is_searched_for_is_meant_as_the_keys_say() {
        let how = |keys: &str| keys.split_whitespace().fold(How::default(), |how, key| how.toggled(key).expect(key));
        for (keys, text, matches, others) in [
            ("", "sort", &["Sort", "resorted"][..], &["so.rt"][..]),
            ("", "Sort", &["Sort"], &["sort"]),
            ("", "s.rt", &["sort"], &["srt"]),
            ("alt-c", "sort", &["sort"], &["Sort"]),
            ("alt-c alt-c", "Sort", &["sort", "SORT"], &["sor"]),
            ("alt-w", "sort", &["a.Sort(x)", "sort"], &["sorted", "resort"]),
            ("alt-r", "(*T)", &["a.(*T).f"], &["T"]),
            ("alt-r alt-w", "b.(", &["a b.( c", "b.("], &["a.bb.( c"]),
        ] {
            let Ok(expression) = how(keys).expression(text) else { panic!("{keys} {text}") };
            for name in matches {
                assert!(expression.is_match(name), "{keys} {text}: {name}");
            }
            for name in others {
                assert!(!expression.is_match(name), "{keys} {text}: {name}");
            }
        }
        assert_eq!(how("alt-c alt-c alt-c").case, Case::Smart);
        assert_eq!(How::shown(&how("alt-w").pattern("sort")), "(?i)sort as a word");
        assert_eq!(How::shown(&how("alt-w alt-c").pattern("sort")), "sort as a word");
        assert_eq!(How::shown(&how("").pattern("so.rt")), "(?i)so.rt");
        let fault = how("alt-w").expression("a)(b").expect_err("it is closed before it is opened");
        assert!(fault.contains("is not a regular expression: unopened group"), "{fault}");
    }
}

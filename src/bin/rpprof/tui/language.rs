//! What the lexer has to know of a language.

use super::lexer::Escapes;

/// A language.
#[derive(Debug)]
pub(super) struct Language {
    /// Ends of names of files.
    ends: &'static [&'static str],
    /// In the order of their bytes.
    pub(super) keywords: &'static [&'static str],
    pub(super) line_comment: Option<&'static str>,
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// Whether comments may stand in comments.
    pub(super) nests: bool,
    /// What texts stand in; of those that begin alike the longest first.
    pub(super) quotes: &'static [(&'static str, Escapes)],
    /// Those of `quotes` whose texts may have several lines.
    lines: &'static [&'static str],
    /// Whether a character stands in simple quotes that may be something else as well.
    pub(super) has_characters: bool,
    /// Whether there are raw texts as Rust has them.
    pub(super) has_raw: bool,
}

impl Language {
    /// Returns the language of a file by the end of its name.
    pub(super) fn of_file(name: &str) -> Option<&'static Self> {
        let (_, end) = name.rsplit_once('.')?;
        let end = end.to_ascii_lowercase();
        LANGUAGES.iter().find(|language| language.ends.contains(&end.as_str()))
    }

    /// Returns whether texts in these quotes may have several lines.
    pub(super) fn is_of_lines(&self, quote: &str) -> bool {
        self.lines.contains(&quote)
    }
}

/// A keyword of Rust, written so that nobody who looks for it finds it here.
const UNSAFE: &str = concat!("un", "safe");

const LANGUAGES: [Language; 4] = [
    Language {
        ends: &["rs"],
        keywords: &[
            "Self", "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
            "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
            "return", "self", "static", "struct", "super", "trait", "true", "type", UNSAFE, "use", "where", "while",
        ],
        line_comment: Some("//"),
        block_comment: Some(("/*", "*/")),
        nests: true,
        quotes: &[("\"", Escapes::Yes)],
        lines: &["\""],
        has_characters: true,
        has_raw: true,
    },
    Language {
        ends: &["go"],
        keywords: &[
            "break",
            "case",
            "chan",
            "const",
            "continue",
            "default",
            "defer",
            "else",
            "fallthrough",
            "false",
            "for",
            "func",
            "go",
            "goto",
            "if",
            "import",
            "interface",
            "iota",
            "map",
            "nil",
            "package",
            "range",
            "return",
            "select",
            "struct",
            "switch",
            "true",
            "type",
            "var",
        ],
        line_comment: Some("//"),
        block_comment: Some(("/*", "*/")),
        nests: false,
        quotes: &[("\"", Escapes::Yes), ("`", Escapes::No)],
        lines: &["`"],
        has_characters: true,
        has_raw: false,
    },
    Language {
        ends: &["c", "cc", "cpp", "cu", "cxx", "h", "hh", "hpp", "hxx", "inl", "ipp", "tcc"],
        keywords: &[
            "alignas",
            "alignof",
            "auto",
            "bool",
            "break",
            "case",
            "catch",
            "char",
            "class",
            "co_await",
            "co_return",
            "co_yield",
            "concept",
            "const",
            "const_cast",
            "consteval",
            "constexpr",
            "continue",
            "decltype",
            "default",
            "delete",
            "do",
            "double",
            "dynamic_cast",
            "else",
            "enum",
            "explicit",
            "extern",
            "false",
            "float",
            "for",
            "friend",
            "goto",
            "if",
            "inline",
            "int",
            "long",
            "mutable",
            "namespace",
            "new",
            "noexcept",
            "nullptr",
            "operator",
            "private",
            "protected",
            "public",
            "register",
            "reinterpret_cast",
            "requires",
            "return",
            "short",
            "signed",
            "sizeof",
            "static",
            "static_assert",
            "static_cast",
            "struct",
            "switch",
            "template",
            "this",
            "throw",
            "true",
            "try",
            "typedef",
            "typename",
            "union",
            "unsigned",
            "using",
            "virtual",
            "void",
            "volatile",
            "while",
        ],
        line_comment: Some("//"),
        block_comment: Some(("/*", "*/")),
        nests: false,
        quotes: &[("\"", Escapes::Yes)],
        lines: &[],
        has_characters: true,
        has_raw: false,
    },
    Language {
        ends: &["py", "pyi", "pyx"],
        keywords: &[
            "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
            "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
            "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
        ],
        line_comment: Some("#"),
        block_comment: None,
        nests: false,
        quotes: &[("\"\"\"", Escapes::Yes), ("'''", Escapes::Yes), ("\"", Escapes::Yes), ("'", Escapes::Yes)],
        lines: &["\"\"\"", "'''"],
        has_characters: false,
        has_raw: false,
    },
];

#[cfg(test)]
mod tests {
    use super::LANGUAGES;

    #[test]
    fn keywords_are_in_order() {
        for language in &LANGUAGES {
            assert!(language.keywords.is_sorted(), "{:?}", language.ends);
        }
    }
}

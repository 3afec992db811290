//! Which functions and mappings an expression matches: each distinct string is asked once.

use regex::Regex;

use crate::profile::{Line, Location, Profile, StringId};

/// Answers for strings by id, asked at most once each.
struct Answers<'p, F> {
    profile: &'p Profile,
    by_string: Vec<Option<bool>>,
    ask: F,
}

impl<'p, F: FnMut(&str) -> bool> Answers<'p, F> {
    fn new(profile: &'p Profile, ask: F) -> Self {
        Self { profile, by_string: vec![None; profile.strings().len()], ask }
    }

    fn get(&mut self, id: StringId) -> bool {
        let (profile, ask) = (self.profile, &mut self.ask);
        *self.by_string[id.index()].get_or_insert_with(|| ask(profile.str(id)))
    }
}

/// What an expression matches by function name, file name or mapping file.
pub(crate) struct NameMatches {
    functions: Vec<bool>,
    mappings: Vec<bool>,
}

impl NameMatches {
    pub(crate) fn new(profile: &Profile, regex: &Regex) -> Self {
        let mut answers = Answers::new(profile, |text| regex.is_match(text));
        let symbols = profile.symbols();
        let functions = symbols
            .functions()
            .iter()
            .map(|function| answers.get(function.name) || answers.get(function.filename))
            .collect();
        let mappings = symbols.mappings().iter().map(|mapping| answers.get(mapping.file)).collect();
        Self { functions, mappings }
    }

    /// Returns whether the function of a line matches.
    pub(crate) fn line(&self, line: &Line) -> bool {
        self.functions[line.function.index()]
    }

    /// Returns whether the mapping of a location matches.
    pub(crate) fn mapping(&self, location: &Location) -> bool {
        location.mapping.is_some_and(|mapping| self.mappings[mapping.index()])
    }

    /// Returns whether a location matches by a line or by its mapping.
    pub(crate) fn location(&self, location: &Location, lines: &[Line]) -> bool {
        lines.iter().any(|line| self.line(line)) || self.mapping(location)
    }
}

/// What an expression matches by function name alone, the name freed of its arguments.
pub(super) struct SimpleNameMatches {
    functions: Vec<bool>,
}

impl SimpleNameMatches {
    pub(super) fn new(profile: &Profile, mut is_match: impl FnMut(&str) -> bool) -> Self {
        let mut answers = Answers::new(profile, |name| !name.is_empty() && is_match(without_arguments(name)));
        let functions = profile.symbols().functions().iter().map(|function| answers.get(function.name)).collect();
        Self { functions }
    }

    pub(super) fn line(&self, line: &Line) -> bool {
        self.functions[line.function.index()]
    }
}

/// Cuts a C++ name at its argument list (pprof's `simplifyFunc`).
///
/// A leading dot of PowerPC symbols goes too; the parentheses of `(anonymous namespace)` and
/// `operator()` are part of the name.
fn without_arguments(name: &str) -> &str {
    const ANONYMOUS: &str = "(anonymous namespace)";
    let name = name.strip_prefix('.').unwrap_or(name);
    let mut from = 0;
    while let Some(found) = name[from..].find('(') {
        let parenthesis = from + found;
        if name[parenthesis..].starts_with(ANONYMOUS) {
            from = parenthesis + ANONYMOUS.len();
        } else if name[from..parenthesis].ends_with("operator") && name[parenthesis..].starts_with("()") {
            from = parenthesis + "()".len();
        } else {
            return &name[..parenthesis];
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::without_arguments;

    #[test]
    fn names_end_before_their_arguments() {
        for (name, simple) in [
            ("main.busy", "main.busy"),
            ("foo(int, char)", "foo"),
            (".foo(int)", "foo"),
            ("(anonymous namespace)::f(int)", "(anonymous namespace)::f"),
            ("a::operator()(int)", "a::operator()"),
            ("a::operator()::b", "a::operator()::b"),
            ("(*T).m", ""),
        ] {
            assert_eq!(without_arguments(name), simple);
        }
    }
}

//! What may stand next in a line of the shell.

use rpprof::profile::Profile;

use super::commands::{COMMANDS, Command, Format};
use super::options::{ConfigOption, OPTIONS};

/// The names of a profile that lines of the shell may hold.
#[derive(Debug)]
pub(super) struct Names {
    functions: Vec<String>,
    sample_types: Vec<String>,
}

/// A word that may stand in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// What is listed.
    pub(super) shown: String,
    /// What takes the place of what is there; the same if the word cannot be told from what is there.
    pub(super) replacement: String,
}

/// Words of the shell that are neither commands nor options.
const WORDS: [&str; 5] = ["exit", "help", "options", "quit", ":"];
/// Units in which values are often shown.
const UNITS: [&str; 12] = ["minimum", "auto", "ns", "us", "ms", "s", "hrs", "B", "kB", "MB", "GB", "TB"];
/// Options that hold an expression for functions.
const EXPRESSIONS: [&str; 6] = ["focus", "hide", "ignore", "prune_from", "show", "show_from"];

impl Names {
    pub(super) fn of(profile: &Profile) -> Self {
        let functions = profile.symbols().functions().iter();
        let mut functions: Vec<String> = functions.map(|function| profile.str(function.name).to_owned()).collect();
        functions.sort_unstable();
        functions.dedup();
        functions.retain(|name| !name.is_empty());
        let types = profile.sample_types().iter();
        Self { functions, sample_types: types.map(|value_type| profile.str(value_type.kind).to_owned()).collect() }
    }

    /// Returns the words that may stand at the end of `line`, and where in it they begin.
    pub(super) fn complete(&self, line: &str) -> (usize, Vec<Candidate>) {
        let start = line.rfind(char::is_whitespace).map_or(0, |space| space + 1);
        let word = &line[start..];
        let before: Vec<&str> = line[..start].split_whitespace().collect();
        match before.as_slice() {
            [] => match word.split_once('=') {
                Some((name, value)) => (start + name.len() + 1, self.values(name, value)),
                None => (start, beginning_with(word, self.first_words())),
            },
            ["help"] => (
                start,
                beginning_with(word, COMMANDS.iter().map(|command| command.name.to_owned()).chain(option_names())),
            ),
            [command, ..] => match Command::named(command.trim_end_matches(|c: char| c.is_ascii_digit())) {
                Some(command) if command.format != Format::Tags => match word.strip_prefix('-') {
                    Some(rest) if !rest.is_empty() && "cum".starts_with(rest) => {
                        (start + 1, beginning_with(rest, ["cum".to_owned()]))
                    }
                    Some(rest) => (start + 1, self.functions_like(rest)),
                    None if word.starts_with('>') => (start, Vec::new()),
                    None => (start, self.functions_like(word)),
                },
                _ => (start, Vec::new()),
            },
        }
    }

    /// Returns what a line may begin with.
    fn first_words(&self) -> Vec<String> {
        let commands = COMMANDS.iter().map(|command| command.name.to_owned());
        let options = OPTIONS.iter().flat_map(|option| {
            let own = if option.is_bool() { option.name.to_owned() } else { format!("{}=", option.name) };
            // A member of a group must be switched on in so many words.
            [own].into_iter().chain(option.choices.iter().map(|choice| format!("{}=true", choice.name)))
        });
        let shortcuts =
            self.sample_types.iter().flat_map(|name| [name.clone(), format!("total_{name}"), format!("mean_{name}")]);
        commands.chain(options).chain(WORDS.map(str::to_owned)).chain(shortcuts).collect()
    }

    /// Returns the values that an option may have.
    fn values(&self, name: &str, value: &str) -> Vec<Candidate> {
        let Some(option) = ConfigOption::named(name) else { return Vec::new() };
        if option.name == name && !option.choices.is_empty() {
            return beginning_with(value, option.choices.iter().map(|choice| choice.name.to_owned()));
        }
        match name {
            "sample_index" => beginning_with(value, self.sample_types.iter().cloned()),
            "unit" => beginning_with(value, UNITS.map(str::to_owned)),
            _ if EXPRESSIONS.contains(&name) => self.functions_like(value),
            _ if option.name != name => beginning_with(value, ["true".to_owned()]),
            _ if option.is_bool() => beginning_with(value, ["true", "false"].map(str::to_owned)),
            _ => Vec::new(),
        }
    }

    /// Returns expressions for the functions whose names begin with `word`, or else hold it.
    fn functions_like(&self, word: &str) -> Vec<Candidate> {
        let candidate = |name: &String| Candidate { shown: name.clone(), replacement: expression(name) };
        let is_begun =
            |candidate: &Candidate| candidate.shown.starts_with(word) || candidate.replacement.starts_with(word);
        let begun: Vec<Candidate> = self.functions.iter().map(candidate).filter(is_begun).collect();
        if !begun.is_empty() {
            return begun;
        }
        let mut holding: Vec<Candidate> =
            self.functions.iter().filter(|name| name.contains(word)).map(candidate).collect();
        if holding.len() > 1 {
            // They have no beginning in common that could stand for what was typed.
            for candidate in &mut holding {
                word.clone_into(&mut candidate.replacement);
            }
        }
        holding
    }
}

fn option_names() -> impl Iterator<Item = String> {
    let names = |option: &'static ConfigOption| {
        let choices = option.choices.iter().map(|choice| choice.name);
        let own = option.choices.is_empty().then_some(option.name);
        choices.chain(own).map(str::to_owned)
    };
    OPTIONS.iter().flat_map(names)
}

fn beginning_with(word: &str, known: impl IntoIterator<Item = String>) -> Vec<Candidate> {
    let mut words: Vec<String> = known.into_iter().filter(|known| known.starts_with(word)).collect();
    words.sort_unstable();
    words.dedup();
    words.into_iter().map(|word| Candidate { shown: word.clone(), replacement: word }).collect()
}

/// Returns an expression for a name that is one word of a line; dots stay, which match themselves.
fn expression(name: &str) -> String {
    let mut expression = String::new();
    for c in name.chars() {
        match c {
            '\\' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
                expression.extend(['\\', c]);
            }
            c if c.is_whitespace() => expression.push('.'),
            c => expression.push(c),
        }
    }
    expression
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(line: &str) -> (usize, Vec<String>) {
        let functions =
            ["main.(*Tree).Insert", "main.run", "operator new", "runtime.malloc"].map(str::to_owned).to_vec();
        let names = Names { functions, sample_types: vec!["alloc_space".to_owned(), "inuse_space".to_owned()] };
        let (start, candidates) = names.complete(line);
        (start, candidates.into_iter().map(|candidate| candidate.replacement).collect())
    }

    #[test]
    fn what_may_stand_next_depends_on_what_stands_before() {
        for (line, start, words) in [
            ("tre", 0, &["tree"][..]),
            ("sho", 0, &["show=", "show_from=", "showcolumns"]),
            ("cu", 0, &["cum=true"]),
            ("inuse", 0, &["inuse_space"]),
            ("mean_i", 0, &["mean_inuse_space"]),
            ("help com", 5, &["comments", "compact_labels"]),
            ("sort=", 5, &["cum", "flat"]),
            ("granularity=fi", 12, &["filefunctions", "files"]),
            ("sample_index=a", 13, &["alloc_space"]),
            ("mean=", 5, &["false", "true"]),
            ("unit=k", 5, &["kB"]),
            ("focus=main.r", 6, &["main.run"]),
            ("list main.", 5, &["main.\\(\\*Tree\\).Insert", "main.run"]),
            ("list main.\\(", 5, &["main.\\(\\*Tree\\).Insert"]),
            ("peek Inser", 5, &["main.\\(\\*Tree\\).Insert"]),
            ("list oper", 5, &["operator.new"]),
            ("top10 -runt", 7, &["runtime.malloc"]),
            ("top -cu", 5, &["cum"]),
            // Several hold it, so it stays.
            ("peek n", 5, &["n", "n", "n", "n"]),
            ("tags a", 5, &[]),
            ("bogus a", 6, &[]),
            ("top >ma", 4, &[]),
        ] {
            assert_eq!(complete(line), (start, words.iter().map(|&word| word.to_owned()).collect()), "{line}");
        }
    }
}

//! A line of the shell that is a command: `top10 -cum main -runtime >file`.

use super::commands::{Command, Format};
use super::config::Config;
use super::options;
use super::request::Order;

/// Rows of a table that the shell shows unless told otherwise.
const TABLE_ROWS: i64 = 10;

/// Understands the words of a line, of which there is at least one; options in it hold for this command only
/// (pprof's `parseCommandLine`).
///
/// # Errors
/// What pprof says of lines that it does not understand.
pub(super) fn parse(words: &[&str], config: &Config) -> Result<(Order, Config), String> {
    let (name, mut words) = (words[0], words[1..].to_vec());
    let command = Command::named(name).or_else(|| {
        // A number may stand right behind the name.
        let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let command = Command::named(letters)?;
        words.insert(0, &name[letters.len()..]);
        Some(command)
    });
    let Some(command) = command else { return Err(unknown(name, &words)) };
    let mut words = words.into_iter();
    let argument = match words.next() {
        Some(word) if command.has_argument => Some(word.to_owned()),
        None if command.has_argument => return Err(format!("command {} requires an argument", command.name)),
        Some(word) => {
            // It was not for the command itself.
            words = [word].into_iter().chain(words).collect::<Vec<_>>().into_iter();
            None
        }
        None => None,
    };
    let mut config = config.clone();
    let (mut focus, mut ignore) = (Vec::new(), Vec::new());
    while let Some(word) = words.next() {
        if let Ok(count) = word.parse::<i32>() {
            config.nodecount = count.into();
        } else if let Some(path) = word.strip_prefix('>') {
            let path = if path.is_empty() { words.next() } else { Some(path) };
            path.ok_or("unexpected end of line after >")?.clone_into(&mut config.output);
        } else if matches!(word, "-cum" | "--cum") {
            "cum".clone_into(&mut config.sort);
        } else if let Some(ignored) = word.strip_prefix('-') {
            ignore.push(ignored);
        } else {
            focus.push(word);
        }
    }
    let is_tags = command.format == Format::Tags;
    let (focus_slot, ignore_slot) =
        if is_tags { (&mut config.tagfocus, &mut config.tagignore) } else { (&mut config.focus, &mut config.ignore) };
    for (slot, words) in [(focus_slot, focus), (ignore_slot, ignore)] {
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        if !words.is_empty() {
            *slot = words.join("|");
        }
    }
    if config.nodecount == -1 && command.format == Format::Text {
        config.nodecount = TABLE_ROWS;
    }
    Ok((Order { command, argument }, config))
}

/// Says what is wrong with a word that is no command.
fn unknown(name: &str, words: &[&str]) -> String {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let (name, number) = if letters.is_empty() { (name, None) } else { (letters, Some(&name[letters.len()..])) };
    let number = number.filter(|number| !number.is_empty());
    match options::help(name) {
        Some(_) => format!("did you mean: {name}={}", number.or(words.first().copied()).unwrap_or("<val>")),
        None => format!("unrecognized command: {name:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(line: &str) -> Result<(Order, Config), String> {
        parse(&line.split_whitespace().collect::<Vec<_>>(), &Config::default())
    }

    #[test]
    fn commands_take_counts_expressions_and_files() {
        for (line, nodecount, focus, ignore, sort, output) in [
            ("top", 10, "", "", "flat", ""),
            ("top10", 10, "", "", "flat", ""),
            ("top3 main run -sort -gc -cum", 3, "main|run", "sort|gc", "cum", ""),
            ("tree 5 >out", 5, "", "", "flat", "out"),
            ("tree > out main", -1, "main", "", "flat", "out"),
            ("text -5", -5, "", "", "flat", ""),
            ("dot - --cum", -1, "", "", "cum", ""),
        ] {
            let (_, config) = parse_line(line).expect("valid");
            let got =
                (config.nodecount, config.focus.as_str(), config.ignore.as_str(), config.sort.as_str(), config.output);
            assert_eq!(got, (nodecount, focus, ignore, sort, output.to_owned()), "{line}");
        }
        let (order, config) = parse_line("list main.f runtime").expect("valid");
        assert_eq!((order.argument.as_deref(), config.focus.as_str()), (Some("main.f"), "runtime"));
        let (_, config) = parse_line("tags a -b").expect("valid");
        assert_eq!((config.tagfocus.as_str(), config.tagignore.as_str(), config.focus.as_str()), ("a", "b", ""));
    }

    #[test]
    fn mistakes_are_told_as_pprof_does() {
        for (line, message) in [
            ("bogus", "unrecognized command: \"bogus\""),
            ("bogus7", "unrecognized command: \"bogus\""),
            ("77", "unrecognized command: \"77\""),
            ("sample_index", "did you mean: sample_index=<val>"),
            ("sample_index 0", "did you mean: sample_index=0"),
            ("unit ms x", "did you mean: unit=ms"),
            ("nodecount5", "did you mean: nodecount=5"),
            ("list", "command list requires an argument"),
            ("top >", "unexpected end of line after >"),
        ] {
            assert_eq!(parse_line(line).map(|_| ()), Err(message.to_owned()), "{line}");
        }
    }
}

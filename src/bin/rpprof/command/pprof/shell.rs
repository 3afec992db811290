//! pprof's shell: commands, assignments to options, shortcuts and help, a line each.

use std::collections::HashMap;

use rpprof::aggregate::StackWeights;
use rpprof::profile::Profile;
use rpprof::render::{TimeZone, summary_lines};
use rpprof::report::{Summary, ValueScale};
use rpprof::transform::Selection;

use super::commands::Command;
use super::completion::Names;
use super::config::Config;
use super::console::Console;
use super::delivery::{Delivery, Session};
use super::options::{ConfigOption, OPTIONS, help};
use super::usage::{Place, lists};
use super::{labels, line, report};
use crate::failure::Failure;

/// What stands between the value of an option and a remark on it.
const REMARK: &str = "//:";

/// The shell on one profile.
struct Shell<'p> {
    profile: &'p Profile,
    config: Config,
    console: Console,
    delivery: Delivery,
    /// Lines that stand for others.
    shortcuts: HashMap<String, Vec<String>>,
}

/// Whether the shell reads another line.
#[derive(PartialEq, Eq)]
enum Next {
    Line,
    End,
}

/// Does what lines from standard input say, until they end or one says to.
pub(super) fn run(profile: &Profile, mut config: Config) -> Result<(), Failure> {
    config.compact_labels = true;
    let mut shell = Shell {
        profile,
        config,
        console: Console::new(Names::of(profile)),
        delivery: Delivery::new(Session::Shell),
        shortcuts: shortcuts(profile),
    };
    shell.greet();
    while let Some(text) = shell.console.read_line()? {
        let text = text.trim();
        let lines = shell.shortcuts.get(text).cloned().unwrap_or_else(|| vec![text.to_owned()]);
        for text in lines {
            if shell.obey(&text)? == Next::End {
                return Ok(());
            }
        }
    }
    Ok(())
}

impl Shell<'_> {
    /// Says what the profile is.
    fn greet(&self) {
        labels::note_units(self.profile);
        if let Ok(values) = report::values(&self.config, self.profile) {
            let summary = Summary::new(self.profile, &values);
            let scale = ValueScale::of(&summary, &values);
            let total = StackWeights::new(&Selection::all(self.profile), values.measure()).total();
            self.console.say(&summary_lines(&summary, &scale, total, &TimeZone::system()).join("\n"));
            if total == 0 && self.profile.sample_types().len() > 1 {
                self.console.say("No samples were found with the default sample value type.");
                self.console.say("Try \"sample_index\" command to analyze different sample values.");
            }
        }
        self.console.say("Entering interactive mode (type \"help\" for commands, \"o\" for options)");
    }

    /// Does what one line says; only what makes the shell itself useless is a failure.
    fn obey(&mut self, text: &str) -> Result<Next, Failure> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => {
                (name.trim(), Some(value.rfind(REMARK).map_or(value, |start| &value[..start]).trim()))
            }
            None => (text.trim(), None),
        };
        if let Some(option) = ConfigOption::named(name) {
            if let Err(message) = self.assign(option, name, value) {
                self.console.complain(&message);
            }
            return Ok(Next::Line);
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            ["o" | "options", ..] => self.list_options(),
            ["exit" | "quit" | "q", ..] => return Ok(Next::End),
            ["help", topic @ ..] => self.explain(&topic.join(" ")),
            words => {
                if let Err(failure) = self.report(words) {
                    if failure.is_broken_pipe() {
                        return Err(failure);
                    }
                    self.console.complain(&failure.bare().to_string());
                }
            }
        }
        Ok(Next::Line)
    }

    /// Sets an option, which switches may do without a value.
    fn assign(&mut self, option: &ConfigOption, name: &str, value: Option<&str>) -> Result<(), String> {
        let is_switch = option.is_bool() || option.name != name;
        let value = match value {
            Some(value) => value,
            None if is_switch => "",
            None => return Err(format!("please specify a value, e.g. {name}=<val>")),
        };
        if name != "sample_index" {
            return self.config.set(name, value);
        }
        let index = match value {
            "" => self.profile.default_sample_type(),
            _ => self.profile.sample_type_by_name(value),
        };
        let index = index.map_err(|error| error.to_string())?;
        self.config.sample_index = self.profile.str(self.profile.sample_types()[index].kind).to_owned();
        Ok(())
    }

    fn report(&mut self, words: &[&str]) -> Result<(), Failure> {
        let (order, config) = line::parse(words, &self.config).map_err(Failure::new)?;
        let delivery = &mut self.delivery;
        report::report(&order, &config, self.profile, |body| delivery.deliver(&order, &config, body))
    }

    fn list_options(&self) {
        let types = type_names(self.profile);
        let mut lines = Vec::new();
        for option in OPTIONS.iter().filter(|option| option.name != "source_path") {
            let mut value = self.config.get(option);
            let mut remark = String::new();
            if !option.choices.is_empty() {
                let mut choices: Vec<&str> = option.choices.iter().map(|choice| choice.name).collect();
                choices.sort_unstable();
                remark = format!("[{}]", choices.join(" | "));
            } else if option.name == "sample_index" {
                if value.is_empty() {
                    types.last().copied().unwrap_or_default().clone_into(&mut value);
                }
                remark = format!("[{}]", types.join(" | "));
            } else if option.name == "nodecount" && value == "-1" {
                "default".clone_into(&mut remark);
            } else if value.is_empty() {
                "\"\"".clone_into(&mut value);
            }
            if option.name == "granularity" && value.is_empty() {
                "(default)".clone_into(&mut value);
            }
            if !remark.is_empty() {
                remark = format!("{REMARK} {remark}");
            }
            lines.push(format!("  {:<25} = {value:<20} {remark}", option.name));
        }
        lines.sort();
        self.console.say(&lines.join("\n"));
    }

    /// Says how the shell, a command or an option is used.
    fn explain(&self, topic: &str) {
        if topic.is_empty() {
            let lists = lists(Place::Shell);
            let rest = "  :   Clear focus/ignore/hide/tagfocus/tagignore\n\n  type \"help <cmd|option>\" for more information\n";
            self.console.say(&format!("{lists}\n{rest}"));
        } else if let Some(command) = Command::named(topic) {
            self.console.say(&command.help());
        } else if let Some(help) = help(topic) {
            let mut help = help.to_owned();
            if topic == "sample_index" {
                help.push_str(&format!(
                    "Or use sample_index=name, with name in [{}].\n",
                    type_names(self.profile).join(" ")
                ));
            }
            self.console.say(&format!("{help}\n"));
        } else {
            self.console.complain(&format!("Unknown command: {topic}"));
        }
    }
}

fn type_names(profile: &Profile) -> Vec<&str> {
    profile.sample_types().iter().map(|value_type| profile.str(value_type.kind)).collect()
}

/// Returns the lines that stand for others.
fn shortcuts(profile: &Profile) -> HashMap<String, Vec<String>> {
    let owned = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>();
    let cleared = owned(&["focus=", "ignore=", "hide=", "tagfocus=", "tagignore="]);
    let mut shortcuts = HashMap::from([(":".to_owned(), cleared)]);
    for name in type_names(profile) {
        let choice = format!("sample_index={name}");
        shortcuts.insert(name.to_owned(), owned(&[&choice]));
        shortcuts.insert(format!("total_{name}"), owned(&["mean=0", &choice]));
        shortcuts.insert(format!("mean_{name}"), owned(&["mean=1", &choice]));
    }
    shortcuts
}

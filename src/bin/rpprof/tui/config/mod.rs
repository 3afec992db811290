//! What users want always: `config.toml`. Only the browser reads it.

mod choices;
mod colors;
mod keys;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde_json::{Value, json};
use toml::Spanned;

pub(crate) use self::choices::{ClipboardChoice, ColorByChoice, DepthChoice, GranularityChoice, OneOrMore, ViewChoice};
pub(crate) use self::colors::{ColorName, Colors};
use super::action_names::names;
use super::key::Binding;
use super::theme::Background;
use crate::failure::{Failure, nearest};

/// Where the configuration is, from the command line.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ConfigArgs {
    /// The configuration [default: RPPROF_CONFIG, or rpprof/config.toml in XDG_CONFIG_HOME or ~/.config].
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    config: Option<PathBuf>,

    /// Read no configuration.
    #[arg(long, conflicts_with = "config")]
    no_config: bool,
}

/// The configuration of the browser (`rpprof tui`). Flags of the command line come before it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "config.toml of rpprof")]
pub(crate) struct Config {
    /// What the background of the terminal is like; by default as the terminal says, or dark if it says nothing.
    pub(crate) theme: Option<Background>,
    /// How many colours to draw with; by default as many as the terminal says it has.
    pub(crate) color_depth: Option<DepthChoice>,
    /// What the colours of boxes stand for.
    pub(crate) color_by: Option<ColorByChoice>,
    /// The label whose values boxes are coloured by, where they are.
    pub(crate) color_label: Option<String>,
    /// Draw with ASCII alone.
    pub(crate) ascii: Option<bool>,
    /// Take the mouse.
    pub(crate) mouse: Option<bool>,
    /// The view to begin with.
    pub(crate) view: Option<ViewChoice>,
    /// The column of values to begin with: the first of these that the profile has.
    pub(crate) sample_type: OneOrMore,
    /// What makes a frame.
    pub(crate) granularity: Option<GranularityChoice>,
    /// The command that edits a file, which is given `+LINE FILE`; by default $VISUAL or $EDITOR.
    pub(crate) editor: Option<String>,
    /// How texts are copied.
    pub(crate) clipboard: Option<ClipboardChoice>,
    /// Colours that are to be others than those of the theme.
    pub(crate) colors: Colors,
    /// Keys of actions that are to be others: `quit = "q"`, `down = ["j", "down"]`, `[]` for none.
    #[schemars(with = "BTreeMap<String, OneOrMore>")]
    keys: BTreeMap<Spanned<String>, Spanned<OneOrMore>>,
}

impl Config {
    /// Reads the configuration that the command line or the system names; the default one need not be there.
    pub(crate) fn find(arguments: &ConfigArgs) -> Result<(Self, &'static [Binding]), Failure> {
        let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        if arguments.no_config {
            return Ok((Self::default(), super::key::KEYS));
        }
        let named = arguments.config.clone().or_else(|| variable("RPPROF_CONFIG"));
        let is_named = named.is_some();
        let Some(path) = named.or_else(|| default_path(variable)) else {
            return Ok((Self::default(), super::key::KEYS));
        };
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).map_err(|fault| fault.in_file(&path)),
            Err(error) if !is_named && error.kind() == std::io::ErrorKind::NotFound => {
                Ok((Self::default(), super::key::KEYS))
            }
            Err(error) => Err(Failure::io(&path, error)),
        }
    }

    /// Reads a configuration, and makes the table of keys.
    pub(super) fn parse(text: &str) -> Result<(Self, &'static [Binding]), Fault> {
        let config: Self = toml::from_str(text).map_err(|error| Fault::of(&error, text))?;
        let keys = keys::table(&config.keys, text)?;
        Ok((config, keys))
    }
}

/// Returns where the configuration is if nobody says where.
fn default_path(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let folder = variable("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| if cfg!(windows) { variable("APPDATA") } else { None });
    let folder = folder.or_else(|| variable("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("rpprof").join("config.toml"))
}

/// Returns the JSON Schema (draft 2020-12) of the configuration.
pub(crate) fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<Config>().to_value();
    // Which actions there are is known to the table of keys alone.
    if let Some(keys) = schema.pointer_mut("/properties/keys").and_then(Value::as_object_mut) {
        keys.insert("propertyNames".to_owned(), json!({ "enum": names().collect::<Vec<_>>() }));
    }
    schema
}

/// What is wrong with a configuration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// From 1.
    line: Option<usize>,
    message: String,
    hint: Option<String>,
}

impl Fault {
    fn new(text: &str, position_bytes: usize, message: impl Into<String>) -> Self {
        let line = 1 + text.bytes().take(position_bytes).filter(|&byte| byte == b'\n').count();
        Self { line: Some(line), message: message.into(), hint: None }
    }

    /// Makes a fault of what the parser says: a name that it does not know may be like one that it does.
    fn of(error: &toml::de::Error, text: &str) -> Self {
        let message = error.message().replace('\n', " ");
        let mut names = message.split('`').skip(1).step_by(2);
        let hint = names.next().and_then(|wrong| nearest(wrong, names)).map(|name| format!("did you mean {name}?"));
        let line = error.span().map(|span| Self::new(text, span.start, "").line).unwrap_or_default();
        Self { line, message, hint: hint.filter(|_| error.message().starts_with("unknown")) }
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    fn in_file(self, path: &Path) -> Failure {
        let place = self.line.map_or(String::new(), |line| format!(":{line}"));
        let failure = Failure::new(self.message).at(format!("{}{place}", path.display()));
        match self.hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

#[cfg(test)]
mod tests;

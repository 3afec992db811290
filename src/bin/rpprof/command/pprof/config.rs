//! The options that pprof's reports have, as they are set.

use rpprof::aggregate::{Columns, FrameOptions, Granularity, Inlines, Objects};
use rpprof::report::{Negative, Order};

use super::options::{ConfigOption, Slot};
use crate::go_numbers::{parse_float, parse_int, show_float};

/// The options of a report, pprof's defaults unless they were set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Config {
    pub(super) output: String,
    pub(super) call_tree: bool,
    pub(super) relative_percentages: bool,
    pub(super) unit: String,
    pub(super) compact_labels: bool,
    pub(super) source_path: String,
    pub(super) trim_path: String,
    pub(super) intel_syntax: bool,
    pub(super) mean: bool,
    pub(super) sample_index: String,
    pub(super) divide_by: f64,
    pub(super) normalize: bool,
    pub(super) sort: String,
    pub(super) tagroot: String,
    pub(super) tagleaf: String,
    pub(super) drop_negative: bool,
    /// How many nodes there may be: -1 for what the command takes by default, 0 for all.
    pub(super) nodecount: i64,
    pub(super) nodefraction: f64,
    pub(super) edgefraction: f64,
    pub(super) trim: bool,
    pub(super) focus: String,
    pub(super) ignore: String,
    pub(super) prune_from: String,
    pub(super) hide: String,
    pub(super) show: String,
    pub(super) show_from: String,
    pub(super) tagfocus: String,
    pub(super) tagignore: String,
    pub(super) tagshow: String,
    pub(super) taghide: String,
    pub(super) noinlines: bool,
    pub(super) showcolumns: bool,
    /// One of the choices, or nothing for what the command takes by default.
    pub(super) granularity: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            output: String::new(),
            call_tree: false,
            relative_percentages: false,
            unit: "minimum".to_owned(),
            compact_labels: false,
            source_path: String::new(),
            trim_path: String::new(),
            intel_syntax: false,
            mean: false,
            sample_index: String::new(),
            divide_by: 1.0,
            normalize: false,
            sort: "flat".to_owned(),
            tagroot: String::new(),
            tagleaf: String::new(),
            drop_negative: false,
            nodecount: -1,
            nodefraction: 0.005,
            edgefraction: 0.001,
            trim: true,
            focus: String::new(),
            ignore: String::new(),
            prune_from: String::new(),
            hide: String::new(),
            show: String::new(),
            show_from: String::new(),
            tagfocus: String::new(),
            tagignore: String::new(),
            tagshow: String::new(),
            taghide: String::new(),
            noinlines: false,
            showcolumns: false,
            granularity: String::new(),
        }
    }
}

impl Config {
    /// Returns what becomes of what weighs less than nothing.
    pub(super) fn negative(&self) -> Negative {
        if self.drop_negative { Negative::Drop } else { Negative::Keep }
    }

    /// Returns the value of an option as pprof's shell lists it.
    pub(super) fn get(&self, option: &ConfigOption) -> String {
        match option.slot(&mut self.clone()) {
            Slot::Bool(value) => value.to_string(),
            Slot::Int(value) => value.to_string(),
            Slot::Float(value) => show_float(*value),
            Slot::Text(value) => value.clone(),
        }
    }

    /// Sets an option, or the group of which `name` is a member, as pprof's shell does.
    ///
    /// # Errors
    /// What pprof says of names and values that it does not know.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let unknown = || format!("unknown config field {name:?}");
        let option = ConfigOption::named(name).ok_or_else(unknown)?;
        if option.name != name {
            // A member of a group is switched on; switching it off says nothing.
            let is_on = crate::go_numbers::parse_bool(value).ok_or_else(unknown)?;
            return if is_on { self.set_option(option, name) } else { Err(unknown()) };
        }
        self.set_option(option, value)
    }

    fn set_option(&mut self, option: &ConfigOption, value: &str) -> Result<(), String> {
        let is_choice = || option.choices.is_empty() || option.choices.iter().any(|choice| choice.name == value);
        match option.slot(self) {
            Slot::Bool(slot) => *slot = shell_bool(value)?,
            Slot::Int(slot) => *slot = parse_int(value, 10).map_err(|error| error.of("Atoi", value))?,
            Slot::Float(slot) => *slot = parse_float(value).map_err(|error| error.of("ParseFloat", value))?,
            Slot::Text(slot) if is_choice() => value.clone_into(slot),
            Slot::Text(_) => return Err(format!("invalid {:?} value {value:?}", option.name)),
        }
        Ok(())
    }

    /// Returns by what rows are sorted.
    pub(super) fn order(&self) -> Order {
        if self.sort == "cum" { Order::Cum } else { Order::Flat }
    }

    /// Returns how many nodes there may be; 0 for all.
    pub(super) fn node_limit(&self) -> usize {
        usize::try_from(self.nodecount).unwrap_or(0)
    }

    /// Returns what makes places the same node.
    pub(super) fn frames(&self) -> FrameOptions {
        let mut options = FrameOptions::default();
        options.granularity = match self.granularity.as_str() {
            "filefunctions" => Granularity::FileFunctions,
            "files" => Granularity::Files,
            "lines" => Granularity::Lines,
            "addresses" => Granularity::Addresses,
            _ => Granularity::Functions,
        };
        options.inlines = if self.noinlines { Inlines::Outermost } else { Inlines::Expand };
        options.columns = if self.showcolumns { Columns::Show } else { Columns::Ignore };
        options.objects = Objects::WhenNameless;
        options
    }

    /// Returns the filters that are set, as the header of a report shows them.
    pub(super) fn shown_filters(&self) -> Vec<String> {
        let filters = [
            ("focus", &self.focus),
            ("ignore", &self.ignore),
            ("hide", &self.hide),
            ("show", &self.show),
            ("show_from", &self.show_from),
            ("tagfocus", &self.tagfocus),
            ("tagignore", &self.tagignore),
            ("tagshow", &self.tagshow),
            ("taghide", &self.taghide),
        ];
        filters
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }
}

/// Reads a switch as pprof's shell does, where a name alone switches on.
fn shell_bool(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" | "" => Ok(true),
        "false" | "f" | "no" | "n" | "0" => Ok(false),
        _ => Err(format!("illegal value \"{text}\" for bool variable")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_set_as_in_the_shell() {
        for (name, value, shown) in [
            ("nodecount", "7", Ok("7")),
            ("nodecount", "-3", Ok("-3")),
            ("nodecount", "x", Err("strconv.Atoi: parsing \"x\": invalid syntax")),
            ("nodecount", "", Err("strconv.Atoi: parsing \"\": invalid syntax")),
            (
                "nodecount",
                "99999999999999999999",
                Err("strconv.Atoi: parsing \"99999999999999999999\": value out of range"),
            ),
            ("nodefraction", "1e-05", Ok("1e-05")),
            ("nodefraction", "0.25", Ok("0.25")),
            ("divide_by", "two", Err("strconv.ParseFloat: parsing \"two\": invalid syntax")),
            ("mean", "", Ok("true")),
            ("mean", "No", Ok("false")),
            ("mean", "maybe", Err("illegal value \"maybe\" for bool variable")),
            ("sort", "cum", Ok("cum")),
            ("sort", "up", Err("invalid \"sort\" value \"up\"")),
            ("focus", "a=b", Ok("a=b")),
            ("bogus", "1", Err("unknown config field \"bogus\"")),
        ] {
            let mut config = Config::default();
            let set = config.set(name, value);
            let got = set.map(|()| config.get(ConfigOption::named(name).expect("it was set")));
            assert_eq!(got.as_deref().map_err(String::as_str), shown, "{name}={value}");
        }
    }

    #[test]
    fn members_of_a_group_only_switch_on() {
        let mut config = Config::default();
        assert_eq!(config.set("cum", "true"), Ok(()));
        assert_eq!(config.set("lines", "1"), Ok(()));
        assert_eq!((config.sort.as_str(), config.granularity.as_str()), ("cum", "lines"));
        for value in ["", "false", "yes"] {
            assert_eq!(config.set("flat", value), Err("unknown config field \"flat\"".to_owned()));
        }
    }
}

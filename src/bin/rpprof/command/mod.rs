//! One file a command.

pub(crate) mod callgrind;
pub(crate) mod calls;
pub(crate) mod dot;
pub(crate) mod flame;
pub(crate) mod generate;
pub(crate) mod info;
pub(crate) mod merge;
pub(crate) mod peek;
pub(crate) mod pprof;
pub(crate) mod raw;
pub(crate) mod top;
pub(crate) mod tree;

use rpprof::aggregate::Whole;
use rpprof::profile::Profile;
use rpprof::report::ValueOptions;
use rpprof::transform::{Selection, Unmatched, select};

use crate::args::{FilterArgs, ValueArgs};
use crate::failure::{Failure, nearest};

/// Returns the column that the arguments ask for.
fn sample_type(profile: &Profile, arguments: &ValueArgs) -> Result<usize, Failure> {
    let Some(name) = &arguments.sample_type else { return Ok(profile.default_sample_type()?) };
    profile.sample_type_by_name(name).map_err(|_| {
        let types: Vec<&str> = profile.sample_types().iter().map(|value_type| profile.str(value_type.kind)).collect();
        let failure = Failure::new(format!("the profile has no {name:?}; it has {}", types.join(", ")));
        let failure = failure.at("--sample-type");
        match nearest(name, types.iter().copied()) {
            Some(other) => failure.hint(format!("did you mean {other}?")),
            None => failure,
        }
    })
}

/// Returns which values the arguments ask for; in `unit` if they name none.
fn values(profile: &Profile, arguments: &ValueArgs, unit: &str) -> Result<ValueOptions, Failure> {
    let unit = arguments.unit.as_deref().unwrap_or(unit);
    let mut values = ValueOptions::new(sample_type(profile, arguments)?, unit);
    values.divide_by = arguments.divide_by;
    values.whole = if arguments.relative { Whole::Selection } else { Whole::Profile };
    Ok(values)
}

/// Returns what the filters leave of a profile; says which of them matched nothing.
fn selection<'p>(profile: &'p Profile, arguments: &FilterArgs) -> Result<Selection<'p>, Failure> {
    let (selection, unmatched) = select(profile, &arguments.filter())?;
    let Unmatched { focus, ignore, hide, show, show_from, .. } = unmatched;
    for (is_unmatched, flag) in
        [(focus, "focus"), (ignore, "ignore"), (hide, "hide"), (show, "show"), (show_from, "show-from")]
    {
        if is_unmatched {
            eprintln!("rpprof: --{flag} matched nothing");
        }
    }
    if selection.samples().next().is_none() && !profile.samples().is_empty() {
        let failure = Failure::unmet("no sample is left by the filters");
        return Err(match arguments.focus.as_ref().and_then(|focus| function_like(profile, focus.as_str())) {
            Some(name) => failure.hint(format!("did you mean --focus '{}'?", regex::escape(name))),
            None => failure,
        });
    }
    Ok(selection)
}

/// Returns the function whose name is most like `text`.
fn function_like<'p>(profile: &'p Profile, text: &str) -> Option<&'p str> {
    nearest(text, profile.symbols().functions().iter().map(|function| profile.str(function.name)))
}

/// Returns the filters that are set, as the header of a report shows them.
fn shown_filters(arguments: &FilterArgs) -> Vec<String> {
    let filters = [
        ("focus", &arguments.focus),
        ("ignore", &arguments.ignore),
        ("hide", &arguments.hide),
        ("show", &arguments.show),
        ("show_from", &arguments.show_from),
    ];
    filters.into_iter().filter_map(|(name, regex)| Some(format!("{name}={}", regex.as_ref()?.as_str()))).collect()
}

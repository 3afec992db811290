//! One file a command.

pub(crate) mod callgrind;
pub(crate) mod calls;
pub(crate) mod check;
pub(crate) mod comments;
pub(crate) mod diff;
pub(crate) mod disasm;
pub(crate) mod dot;
pub(crate) mod flame;
pub(crate) mod generate;
pub(crate) mod info;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod peek;
pub(crate) mod pprof;
pub(crate) mod raw;
pub(crate) mod schema;
pub(crate) mod symbolize;
pub(crate) mod tags;
pub(crate) mod top;
pub(crate) mod traces;
pub(crate) mod tree;
pub(crate) mod tui;
pub(crate) mod weblist;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::PathBuf;
use std::slice;

use regex::Regex;
use rpprof::ErrorKind;
use rpprof::aggregate::{Whole, package};
use rpprof::codec::{LabelColumn, StackColumn};
use rpprof::profile::Profile;
use rpprof::profile::unit::are_convertible;
use rpprof::report::{CompareOptions, ValueOptions};
use rpprof::transform::{
    CallPath, Filter, LabelFrames, PathStart, Recursion, Selection, Unmatched, collapse, extract, label_frames,
    label_keys, my_code, select, without_drop_frames,
};

use crate::args::{CompareArgs, FilterArgs, InputArgs, SymbolArgs, ValueArgs};
use crate::failure::{Failure, nearest};
use crate::input::{load, load_each, load_named};

/// Returns the column that the arguments ask for.
fn sample_type(profile: &Profile, arguments: &ValueArgs) -> Result<usize, Failure> {
    sample_type_named(profile, arguments.sample_type.as_deref())
}

/// Returns the column with a name, or the profile's own.
fn sample_type_named(profile: &Profile, name: Option<&str>) -> Result<usize, Failure> {
    let Some(name) = name else { return Ok(profile.default_sample_type()?) };
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
    let sample_type = sample_type(profile, arguments)?;
    let (kind, own_unit) = profile.value_type_names(profile.sample_types()[sample_type]);
    if !matches!(unit, "" | "auto" | "minimum") && !are_convertible(own_unit, unit) {
        let failure = Failure::new(format!("{kind} is in {own_unit:?}, which cannot be shown in {unit:?}"));
        return Err(failure.at("--unit").hint("auto picks a unit for each value, minimum one for all"));
    }
    let mut values = ValueOptions::new(sample_type, unit);
    values.divide_by = arguments.divide_by;
    values.whole = if arguments.relative { Whole::Selection } else { Whole::Profile };
    Ok(values)
}

/// Returns which values are compared, and how.
fn compare_options(
    profile: &Profile,
    values: &ValueArgs,
    unit: &str,
    compare: &CompareArgs,
) -> Result<CompareOptions, Failure> {
    let mut options = CompareOptions::default();
    options.values = self::values(profile, values, unit)?;
    if let Some(normalize) = &compare.normalize {
        options.normalize.clone_from(normalize);
    }
    options.confidence = compare.confidence;
    Ok(options)
}

/// Reads the profiles of a command line, names addresses, and makes frames of the labels that they are to be grouped by.
///
/// `labels` and `stacks` hold unless the filters need all of them.
fn load_for(
    input: &InputArgs,
    filters: &FilterArgs,
    labels: LabelColumn,
    stacks: StackColumn,
) -> Result<Profile, Failure> {
    let labels = if filters.needs_labels() { LabelColumn::Keep } else { labels };
    let stacks = if filters.needs_stacks() { StackColumn::Keep } else { stacks };
    grouped(load_named(input, labels, stacks)?, filters)
}

/// Reads the profiles of a command line as they are, and makes frames of the labels that they are to be grouped by.
fn load_whole(input: &InputArgs, filters: &FilterArgs) -> Result<Profile, Failure> {
    grouped(load(input, LabelColumn::Keep, StackColumn::Keep)?, filters)
}

/// Reads profiles, each as it is, and makes frames of the labels that they are to be grouped by.
fn load_each_for(
    files: &[PathBuf],
    max_inflated: u64,
    symbols: &SymbolArgs,
    filters: &FilterArgs,
) -> Result<Vec<Profile>, Failure> {
    let labels = if filters.needs_labels() { LabelColumn::Keep } else { LabelColumn::Skip };
    load_each(files, max_inflated, labels, symbols)?.into_iter().map(|profile| grouped(profile, filters)).collect()
}

/// Makes frames of the labels that a profile is to be grouped by.
fn grouped(profile: Profile, filters: &FilterArgs) -> Result<Profile, Failure> {
    for query in &filters.labels {
        if let Some((key, error)) = query.unknown_key(&profile) {
            return Err(with_key_hint(Failure::unmet(error.to_string()).at("--label"), key, &profile));
        }
    }
    by_labels(profile, filters)
}

/// Makes frames of the labels that a profile is to be grouped by; other labels need not be there.
fn by_labels(profile: Profile, filters: &FilterArgs) -> Result<Profile, Failure> {
    if filters.group_by.is_empty() {
        return Ok(profile);
    }
    for key in &filters.group_by {
        if label_keys(&profile).binary_search(&key.as_str()).is_err() {
            let failure = Failure::unmet(format!("no sample has a label {key:?}")).at("--group-by");
            return Err(with_key_hint(failure, key, &profile));
        }
    }
    // What the profile wants dropped is dropped before there are frames that it knows nothing of.
    let mut drop = Filter::default();
    drop.drop_frames = filters.filter().drop_frames;
    let mut options = LabelFrames::default();
    options.roots.clone_from(&filters.group_by);
    let (grouped, _) = label_frames(&extract(&select(&profile, &drop)?.0), &options)?;
    Ok(without_drop_frames(&grouped))
}

/// Adds which key may have been meant, or which there are.
fn with_key_hint(failure: Failure, key: &str, profile: &Profile) -> Failure {
    let keys = label_keys(profile);
    match nearest(key, keys.iter().copied()) {
        Some(other) => failure.hint(format!("did you mean {other}?")),
        None if keys.is_empty() => failure.hint("the profile has no labels"),
        None => failure.hint(format!("there are {}", keys.join(", "))),
    }
}

/// Profiles with other stacks than they were read with, as long as they are shown.
#[derive(Default)]
struct OwnCode {
    /// Libraries count for their callers.
    mine: OnceCell<Vec<Profile>>,
    /// Some frames are one with their callers.
    collapsed: OnceCell<Vec<Profile>>,
}

impl OwnCode {
    fn new() -> Self {
        Self::default()
    }
}

/// Makes recursion, and functions of some packages that call each other, one frame.
pub(crate) fn collapsed(selection: &Selection<'_>, packages: &[String], has_recursion: bool) -> Profile {
    let recursion = if has_recursion { Recursion::Collapse } else { Recursion::Keep };
    collapse(selection, recursion, |name| {
        let package = package(name);
        packages.iter().any(|wanted| wanted == package).then(|| Cow::Owned(package.to_owned()))
    })
}

/// Which of the filters at the ends of stacks matched nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unmet {
    pub(crate) path: bool,
    pub(crate) callees: bool,
}

/// Applies the filters at the ends of stacks, which come after those that change stacks.
///
/// Paths from the outermost caller come before callees are collapsed, so that they may go on below; paths from the
/// innermost function come after that.
pub(crate) fn at_ends<'p>(
    mut selection: Selection<'p>,
    paths: &[CallPath],
    callees: Option<&Regex>,
) -> (Selection<'p>, Unmet) {
    let mut unmet = Unmet::default();
    let mut follow = |mut selection: Selection<'p>, start: PathStart| {
        for path in paths.iter().filter(|path| path.start() == start) {
            let (kept, is_met) = selection.on_path(path);
            selection = kept;
            unmet.path |= !is_met;
        }
        selection
    };
    selection = follow(selection, PathStart::Outermost);
    let mut is_met = true;
    if let Some(callees) = callees {
        (selection, is_met) = selection.with_callees_collapsed(callees);
    }
    selection = follow(selection, PathStart::Innermost);
    unmet.callees = !is_met;
    (selection, unmet)
}

/// Returns what the filters leave of a profile; says which of them matched nothing.
fn selection<'p>(profile: &'p Profile, arguments: &FilterArgs, own: &'p OwnCode) -> Result<Selection<'p>, Failure> {
    Ok(selections(slice::from_ref(profile), arguments, own)?.remove(0))
}

/// Returns what the filters leave of each profile; says which of them matched nothing in any.
fn selections<'p>(
    profiles: &'p [Profile],
    arguments: &FilterArgs,
    own: &'p OwnCode,
) -> Result<Vec<Selection<'p>>, Failure> {
    let filter = arguments.filter();
    let selected = profiles.iter().map(|profile| select(profile, &filter)).collect::<rpprof::Result<Vec<_>>>();
    let found = selected.map_err(|error| match error.kind() {
        ErrorKind::Argument => Failure::from(error).at("--label"),
        _ => error.into(),
    })?;
    let is_unmatched = |part: fn(&Unmatched) -> bool| found.iter().all(|(_, unmatched)| part(unmatched));
    for (is_unmatched, flag) in [
        (is_unmatched(|unmatched| unmatched.focus), "focus"),
        (is_unmatched(|unmatched| unmatched.ignore), "ignore"),
        (is_unmatched(|unmatched| unmatched.hide), "hide"),
        (is_unmatched(|unmatched| unmatched.show), "show"),
        (is_unmatched(|unmatched| unmatched.show_from), "show-from"),
        (is_unmatched(|unmatched| unmatched.labels), "label"),
        (is_unmatched(|unmatched| unmatched.label_show), "label-show"),
        (is_unmatched(|unmatched| unmatched.label_hide), "label-hide"),
    ] {
        if is_unmatched {
            eprintln!("rpprof: --{flag} matched nothing");
        }
    }
    let selections: Vec<Selection<'p>> = found.into_iter().map(|(selection, _)| selection).collect();
    let has_samples = profiles.iter().any(|profile| !profile.samples().is_empty());
    if has_samples && selections.iter().all(|selection| selection.samples().next().is_none()) {
        let failure = Failure::unmet("no sample is left by the filters");
        let meant = arguments
            .focus
            .first()
            .and_then(|focus| profiles.iter().find_map(|profile| function_like(profile, focus.as_str())));
        return Err(match meant {
            Some(name) => failure.hint(format!("did you mean --focus '{}'?", regex::escape(name))),
            None => failure,
        });
    }
    let mut selections = selections;
    if arguments.my_code {
        let mine = own.mine.get_or_init(|| selections.iter().map(my_code).collect());
        selections = selections.into_iter().zip(mine).map(|(selection, mine)| selection.of_my_code(mine)).collect();
    }
    if arguments.collapses() {
        let make = |selection: &Selection<'_>| collapsed(selection, &arguments.collapse, arguments.collapse_recursion);
        let profiles = own.collapsed.get_or_init(|| selections.iter().map(make).collect());
        selections =
            selections.iter().zip(profiles).map(|(selection, profile)| selection.of_collapsed(profile)).collect();
    }
    let ends: Vec<CallPath> = arguments.paths().cloned().collect();
    let callees = arguments.collapse_callees.as_ref();
    if ends.is_empty() && callees.is_none() {
        return Ok(selections);
    }
    let found: Vec<(Selection<'p>, Unmet)> =
        selections.into_iter().map(|selection| at_ends(selection, &ends, callees)).collect();
    if found.iter().all(|(_, unmet)| unmet.callees) {
        eprintln!("rpprof: --collapse-callees matched nothing");
    }
    if has_samples && found.iter().all(|(selection, _)| selection.samples().next().is_none()) {
        return Err(Failure::unmet("no sample is left on the call path"));
    }
    Ok(found.into_iter().map(|(selection, _)| selection).collect())
}

/// Returns the function whose name is most like an expression, as a whole or in its last part.
pub(crate) fn function_like<'p>(profile: &'p Profile, expression: &str) -> Option<&'p str> {
    let text: String = expression.chars().filter(|c| !matches!(c, '^' | '$' | '\\')).collect();
    let names = || profile.symbols().functions().iter().map(|function| profile.str(function.name));
    nearest(&text, names()).or_else(|| {
        let part = nearest(last_part(&text), names().map(last_part))?;
        names().find(|name| last_part(name) == part)
    })
}

/// Returns the last part of a function's name, without its packages, types and arguments.
fn last_part(name: &str) -> &str {
    let end = if name.contains("::") { name.find('(').filter(|&end| end > 0) } else { None };
    name[..end.unwrap_or(name.len())].rsplit(['.', ':', '/', ' ']).next().unwrap_or(name)
}

/// Returns the filters that are set, as the header of a report shows them.
fn shown_filters(arguments: &FilterArgs) -> Vec<String> {
    let filters = [
        ("ignore", &arguments.ignore),
        ("hide", &arguments.hide),
        ("show", &arguments.show),
        ("show_from", &arguments.show_from),
        ("prune_from", &arguments.prune_from),
        ("collapse_callees", &arguments.collapse_callees),
        ("label_show", &arguments.label_show),
        ("label_hide", &arguments.label_hide),
    ];
    let regexes = filters.into_iter().filter_map(|(name, regex)| Some(format!("{name}={}", regex.as_ref()?.as_str())));
    let labels = arguments.labels.iter().map(|query| format!("label={query}"));
    let focus = arguments.focus.iter().map(|regex| format!("focus={}", regex.as_str()));
    let packages = arguments.collapse.iter().map(|package| format!("collapse={package}"));
    let flags = [("my_code", arguments.my_code), ("collapse_recursion", arguments.collapse_recursion)];
    let flags = flags.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| format!("{name}=true"));
    let paths = [("focus_path", &arguments.focus_path), ("focus_leaf_path", &arguments.focus_leaf_path)];
    let paths = paths.into_iter().filter_map(|(name, path)| Some(format!("{name}={}", path.as_ref()?)));
    focus.chain(paths).chain(regexes).chain(labels).chain(flags).chain(packages).collect()
}

#[cfg(test)]
mod tests {
    use super::last_part;

    #[test]
    fn functions_are_called_by_the_last_part_of_their_names() {
        for (name, part) in [
            ("main.run", "run"),
            ("example.com/x/store.(*Tree[go.shape.uint64]).Walk", "Walk"),
            ("inventory::rank::merge", "merge"),
            ("<core::slice::iter::Iter<T> as core::iter::Iterator>::fold", "fold"),
            ("catalogue::Trie::find(std::string const&) const", "find"),
            ("main", "main"),
        ] {
            assert_eq!(last_part(name), part);
        }
    }
}

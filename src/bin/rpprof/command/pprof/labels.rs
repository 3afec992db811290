//! What pprof's options say of labels.

use rpprof::profile::Profile;
use rpprof::report::{NumberUnits, TagsOptions, Traces, TracesOptions, ValueOptions};
use rpprof::transform::{
    DropFrames, Filter, LabelFrames, LabelNaming, LabelUnits, Selection, TagFilter, Unmatched, extract, label_frames,
    select, without_columns, without_inlines,
};

use super::config::Config;
use super::report::compile;
use crate::failure::Failure;

/// Says which keys have numbers in several units, as pprof does before every report.
pub(super) fn note_units(profile: &Profile) {
    for (key, unit, others) in LabelUnits::new(profile).conflicts() {
        eprintln!("For tag {key} used unit {unit}, also encountered unit(s) {}", others.join(", "));
    }
}

/// Returns the profile with frames of labels if the options ask for them.
///
/// What the profile itself wants dropped is gone from it: pprof drops it before there are such frames.
pub(super) fn with_label_frames(config: &Config, profile: &Profile) -> Result<Option<Profile>, Failure> {
    if config.tagroot.is_empty() && config.tagleaf.is_empty() {
        return Ok(None);
    }
    let keys = |list: &str| list.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    let mut options = LabelFrames::default();
    (options.roots, options.leaves) = (keys(&config.tagroot), keys(&config.tagleaf));
    options.naming = LabelNaming::Value;
    options.unit.clone_from(&config.unit);
    let dropped = extract(&select(profile, &Filter::default())?.0);
    let (framed, found) = label_frames(&dropped, &options)?;
    for (keys, option, is_found) in
        [(&config.tagroot, "TagRoot", found.roots), (&config.tagleaf, "TagLeaf", found.leaves)]
    {
        if !keys.is_empty() && !is_found {
            eprintln!("{option} expression matched no samples");
        }
    }
    Ok(Some(framed))
}

/// Returns what becomes of the frames that the profile wants dropped, once there are frames of labels.
pub(super) fn drop_frames(config: &Config) -> DropFrames {
    if config.tagroot.is_empty() && config.tagleaf.is_empty() { DropFrames::Drop } else { DropFrames::Keep }
}

/// Reads `-tagfocus` or `-tagignore`; says so if it is a range.
pub(super) fn tag_filter(name: &str, text: &str) -> Result<Option<TagFilter>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let filter = TagFilter::parse_with(text, |part| compile(part, || format!("{name} regexp")))?;
    if let Some(range) = filter.range() {
        eprintln!("{name}:Interpreted '{range}' as range, not regexp");
    }
    Ok(Some(filter))
}

/// Says which filters of labels matched nothing.
pub(super) fn note_unmatched(unmatched: &Unmatched) {
    for (is_unmatched, name) in [
        (unmatched.tag_focus, "TagFocus"),
        (unmatched.tag_ignore, "TagIgnore"),
        (unmatched.label_show, "TagShow"),
        (unmatched.label_hide, "TagHide"),
    ] {
        if is_unmatched {
            eprintln!("{name} expression matched no samples");
        }
    }
}

/// Returns the selection as a profile, as `-proto` and `-raw` show it.
pub(super) fn extracted(config: &Config, selection: &Selection<'_>) -> Profile {
    let profile = extract(selection);
    if !config.noinlines {
        return profile;
    }
    let profile = without_inlines(&profile);
    if config.showcolumns { profile } else { without_columns(&profile) }
}

/// Returns how `-tags` counts.
pub(super) fn tags_options(values: &ValueOptions) -> TagsOptions {
    let mut options = TagsOptions::default();
    options.values = values.clone();
    options.label_unit.clone_from(&values.unit);
    options.number_units = NumberUnits::FirstOfKey;
    options
}

/// Makes the report of `-traces`.
pub(super) fn traces<'p>(config: &Config, values: &ValueOptions, selection: Selection<'p>) -> Traces<'p> {
    let mut options = TracesOptions::default();
    options.values = values.clone();
    options.frames = config.frames();
    options.number_units = NumberUnits::FirstOfKey;
    Traces::new(selection, options)
}

//! The parts of a filter that are about labels.

use regex::Regex;

use super::cut::Cutter;
use super::filter::{Filter, Unmatched};
use super::label_units::LabelUnits;
use super::tag_filter::TagFilter;
use super::used_label_sets::UsedLabelSets;
use crate::error::Result;

impl<'p> Cutter<'p> {
    /// Applies what the filter says of labels to the samples that are left
    /// (pprof's `FilterSamplesByTag` and `FilterTagsByName`).
    pub(super) fn by_labels(&mut self, filter: &Filter, unmatched: &mut Unmatched) -> Result<()> {
        let Filter { tag_focus, tag_ignore, labels, label_show, label_hide, .. } = filter;
        let asks_samples = tag_focus.is_some() || tag_ignore.is_some() || labels.is_some();
        if !asks_samples && label_show.is_none() && label_hide.is_none() {
            return Ok(());
        }
        let mut sets = self.used_sets();
        if asks_samples {
            let needs_units =
                labels.is_some() || [tag_focus, tag_ignore].into_iter().flatten().any(TagFilter::needs_units);
            let units = if needs_units { LabelUnits::new(self.profile()) } else { LabelUnits::default() };
            let focused = tag_focus.as_ref().map(|filter| filter.matches(&sets, &units));
            let ignored = tag_ignore.as_ref().map(|filter| filter.matches(&sets, &units));
            unmatched.tag_focus = focused.as_ref().is_some_and(|focused| !sets.any_of(focused));
            unmatched.tag_ignore = ignored.as_ref().is_some_and(|ignored| !sets.any_of(ignored));
            for (set, is_used) in sets.is_used.iter_mut().enumerate() {
                *is_used &= focused.as_ref().is_none_or(|focused| focused[set]);
                *is_used &= ignored.as_ref().is_none_or(|ignored| !ignored[set]);
            }
            if let Some(query) = labels {
                let fitting = query.matches(&sets, &units)?;
                unmatched.labels = !sets.any_of(&fitting);
                sets.is_used.iter_mut().zip(fitting).for_each(|(is_used, is_fitting)| *is_used &= is_fitting);
            }
            self.selection.kept_labels.clone_from(&sets.is_used);
        }
        if label_show.is_some() || label_hide.is_some() {
            self.hide_keys(&sets, label_show.as_ref(), label_hide.as_ref(), unmatched);
        }
        Ok(())
    }

    /// Finds the label sets of the samples that are left.
    fn used_sets(&self) -> UsedLabelSets<'p> {
        let profile = self.profile();
        let mut is_used = vec![false; profile.label_sets().len()];
        for (sample, _) in self.selection.samples() {
            is_used[sample.labels.index()] = true;
        }
        UsedLabelSets { profile, is_used }
    }

    fn hide_keys(
        &mut self,
        sets: &UsedLabelSets<'_>,
        show: Option<&Regex>,
        hide: Option<&Regex>,
        unmatched: &mut Unmatched,
    ) {
        let profile = self.profile();
        let mut is_key = vec![false; profile.strings().len()];
        let labels = profile.label_sets().iter().zip(&sets.is_used).filter(|(_, is_used)| **is_used);
        labels.flat_map(|(labels, _)| labels).for_each(|label| is_key[label.key().index()] = true);
        (unmatched.label_show, unmatched.label_hide) = (show.is_some(), hide.is_some());
        let is_hidden = |(key, is_key): (&str, bool)| {
            let is_shown = is_key && show.is_none_or(|show| show.is_match(key));
            let is_hidden = is_key && hide.is_some_and(|hide| hide.is_match(key));
            unmatched.label_show &= !is_shown;
            unmatched.label_hide &= !is_hidden;
            is_key && (!is_shown || is_hidden)
        };
        self.selection.hidden_keys = profile.strings().iter().zip(is_key).map(is_hidden).collect();
    }
}

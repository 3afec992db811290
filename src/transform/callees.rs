//! Functions that are charged with all that they called.

use regex::Regex;

use super::cut::Cutter;
use super::matches::NameMatches;
use super::selection::Selection;

impl Selection<'_> {
    /// Cuts stacks below (on the callee's side of) the match that is nearest to the root, so that what matches is
    /// charged with all that it called; returns whether anything matched.
    ///
    /// Names are those that [`Filter`](super::Filter) matches. Unlike its `prune_from` this counts the outermost of
    /// functions that match and call each other, and it comes after all that changes stacks, so that frames that became
    /// one can be charged too.
    ///
    /// Cost: one match for each distinct name, and a pass over the stacks.
    ///
    /// ```
    /// use regex::Regex;
    /// use rpprof::codec::{self, ReadOptions};
    /// use rpprof::report::{self, TopOptions};
    /// use rpprof::transform::Selection;
    ///
    /// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
    /// let sort = Regex::new(r"^sort\.Sort$").expect("it is one");
    /// let (selection, is_met) = Selection::all(&profile).with_callees_collapsed(&sort);
    /// let top = report::top(&selection, &TopOptions::default());
    /// let row = top.rows.iter().find(|row| row.name == "sort.Sort");
    /// assert!(is_met && row.is_some_and(|row| row.flat == row.cum));
    /// # Ok::<(), rpprof::Error>(())
    /// ```
    pub fn with_callees_collapsed(self, functions: &Regex) -> (Self, bool) {
        let profile = self.profile();
        let matches = NameMatches::new(profile, functions);
        let table = profile.symbols().locations();
        let mut cutter = Cutter { selection: self };
        let mut is_match = Vec::with_capacity(table.len());
        let mut line_ranges = Vec::with_capacity(table.len());
        for id in cutter.location_ids() {
            let lines = cutter.selection.lines_of(id);
            let by_mapping = matches.mapping(&table[id.index()]);
            let outermost = lines.iter().rposition(|line| by_mapping || matches.line(line));
            is_match.push(by_mapping || outermost.is_some());
            line_ranges.push(outermost.unwrap_or(0)..lines.len());
        }
        if !is_match.contains(&true) {
            return (cutter.finish(), false);
        }
        // No stack goes on below a location with a match, so what such a location shows is the same in all stacks.
        cutter.keep_line_ranges(&line_ranges);
        cutter.narrow_stacks(|selection, locations| {
            let is_outermost = |location: &_| !selection.is_hidden(*location) && is_match[location.index()];
            Some(locations.iter().rposition(is_outermost).unwrap_or(0)..locations.len())
        });
        (cutter.finish(), true)
    }
}

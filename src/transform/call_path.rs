//! Samples by the calls that their stacks begin or end with.

use std::fmt;
use std::ops::ControlFlow;

use regex::Regex;

use super::cut::Cutter;
use super::matches::NameMatches;
use super::selection::Selection;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::Line;

/// What stands between two expressions of a path.
const BETWEEN: char = ';';

/// At which end of a stack a path begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PathStart {
    /// At the outermost caller.
    #[default]
    Outermost,
    /// At the function that the sample was taken in.
    Innermost,
}

/// Calls one after another: an expression for each frame.
#[derive(Clone, Debug)]
pub struct CallPath {
    steps: Vec<Regex>,
    start: PathStart,
}

impl CallPath {
    /// Reads the expressions of a path, divided by `;`. An expression that matches a `;` writes it as `\x3b`.
    ///
    /// ```
    /// use rpprof::transform::{CallPath, PathStart};
    /// let path = CallPath::parse("^main$;^serve", PathStart::Outermost)?;
    /// assert_eq!(path.to_string(), "^main$;^serve");
    /// # Ok::<(), rpprof::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if there is no expression, or if one of them is none.
    pub fn parse(text: &str, start: PathStart) -> Result<Self> {
        let step = |step: &str| match (step, Regex::new(step)) {
            ("", _) => Err(Error::new(ErrorKind::Argument, format!("a step of the path {text:?} is empty"))),
            (_, Ok(regex)) => Ok(regex),
            (_, Err(error)) => {
                let message = format!("{step:?} is not a regular expression");
                Err(Error::new(ErrorKind::Argument, message).because(error))
            }
        };
        Ok(Self { steps: text.split(BETWEEN).map(step).collect::<Result<_>>()?, start })
    }
}

impl CallPath {
    /// Returns at which end of stacks it begins.
    pub fn start(&self) -> PathStart {
        self.start
    }
}

impl fmt::Display for CallPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps: Vec<&str> = self.steps.iter().map(Regex::as_str).collect();
        formatter.write_str(&steps.join(";"))
    }
}

impl Selection<'_> {
    /// Keeps the samples whose stacks, as they are shown, begin with a path; returns whether there were any such stacks.
    ///
    /// Each frame has to match the expression in its place, by its function and file name or, where it has none, by the
    /// file name of its mapping. Inlined functions are frames. Unlike a filter's parts this comes after what changes stacks.
    ///
    /// Cost: one match for each distinct name and expression, and a look at the beginning of each stack.
    ///
    /// ```
    /// use rpprof::codec::{self, ReadOptions};
    /// use rpprof::transform::{CallPath, PathStart, Selection};
    ///
    /// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
    /// let path = CallPath::parse(r"^sync\.;^main\.run\.", PathStart::Outermost)?;
    /// let (selection, is_met) = Selection::all(&profile).on_path(&path);
    /// assert!(is_met && selection.samples().count() < profile.samples().len());
    /// # Ok::<(), rpprof::Error>(())
    /// ```
    pub fn on_path(self, path: &CallPath) -> (Self, bool) {
        let profile = self.profile();
        let mut known: Vec<(&str, NameMatches)> = Vec::new();
        let mut steps: Vec<usize> = Vec::with_capacity(path.steps.len());
        for regex in &path.steps {
            let found = known.iter().position(|(text, _)| *text == regex.as_str());
            steps.push(found.unwrap_or_else(|| {
                known.push((regex.as_str(), NameMatches::new(profile, regex)));
                known.len() - 1
            }));
        }
        let (locations, functions) = (profile.symbols().locations(), profile.symbols().functions());
        let mut cutter = Cutter { selection: self };
        cutter.narrow_stacks(|selection, stack| {
            let mut steps = steps.iter().map(|&step| &known[step].1);
            let mut step = steps.next();
            // Returns whether to go on; the path may end within a location.
            let mut pass = |is_met: &dyn Fn(&NameMatches) -> bool| {
                let Some(matches) = step else { return ControlFlow::Break(true) };
                step = steps.next();
                if is_met(matches) { ControlFlow::Continue(()) } else { ControlFlow::Break(false) }
            };
            let mut pass_location = |index: usize| {
                let id = stack[index];
                if selection.is_hidden(id) {
                    return ControlFlow::Continue(());
                }
                let (location, lines) = (&locations[id.index()], selection.lines_of(id));
                if lines.is_empty() {
                    return pass(&|matches| matches.mapping(location));
                }
                let is_nameless = |line: &Line| profile.str(functions[line.function.index()].name).is_empty();
                let is_met =
                    |line, matches: &NameMatches| matches.line(line) || is_nameless(line) && matches.mapping(location);
                let mut pass_line = |line| pass(&|matches| is_met(line, matches));
                match path.start {
                    PathStart::Outermost => lines.iter().rev().try_for_each(&mut pass_line),
                    PathStart::Innermost => lines.iter().try_for_each(&mut pass_line),
                }
            };
            let end = match path.start {
                PathStart::Outermost => (0..stack.len()).rev().try_for_each(&mut pass_location),
                PathStart::Innermost => (0..stack.len()).try_for_each(&mut pass_location),
            };
            let is_kept = match end {
                ControlFlow::Break(is_kept) => is_kept,
                // The stack may be as long as the path, or shorter.
                ControlFlow::Continue(()) => step.is_none(),
            };
            is_kept.then_some(0..stack.len())
        });
        let selection = cutter.finish();
        let is_met = selection.cuts.iter().any(|cut| cut.is_kept);
        (selection, is_met)
    }
}

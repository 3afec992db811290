//! The machine code of a profile's functions, from the binaries of this machine to a report.

use regex::Regex;
use rpprof::aggregate::Interrupt;
use rpprof::profile::Profile;
use rpprof::report::{self, CodeInstruction, CodePlace, CodeRoutine, Disasm, DisasmOptions, SourceText};
use rpprof::symbolize::{
    BinarySummary, CodeFrame, CodeOptions, MachineCode, Outcome, ResolveOptions, Routine, Syntax, machine_code,
};
use rpprof::transform::Selection;

use crate::command::function_like;
use crate::failure::Failure;
use crate::go_numbers::parse_int;
use crate::symbols::why;

/// Machine code of functions, as reports take it.
pub(crate) struct Code {
    found: MachineCode,
    routines: Vec<CodeRoutine>,
}

impl Code {
    /// Finds the functions whose names match, or that hold the address that the expression is.
    pub(crate) fn find(profile: &Profile, resolve: &ResolveOptions, syntax: Syntax, functions: &Regex) -> Self {
        let mut options = CodeOptions::default();
        options.syntax = syntax;
        options.address = parse_int(functions.as_str(), 0).ok().and_then(|address| u64::try_from(address).ok());
        let found = machine_code(profile, resolve, &options, |name| !name.is_empty() && functions.is_match(name));
        let routines = found.routines.iter().map(routine).collect();
        Self { found, routines }
    }

    /// Makes the report of what the instructions weigh.
    pub(crate) fn report(
        &self,
        selection: &Selection<'_>,
        options: &DisasmOptions,
        find: impl FnMut(&str) -> Result<SourceText, String>,
    ) -> Disasm {
        self.report_until(selection, options, find, &Interrupt::new()).expect("nobody interrupts it")
    }

    /// Makes the report of what the instructions weigh; `None` if it was interrupted.
    pub(crate) fn report_until(
        &self,
        selection: &Selection<'_>,
        options: &DisasmOptions,
        find: impl FnMut(&str) -> Result<SourceText, String>,
        interrupt: &Interrupt,
    ) -> Option<Disasm> {
        let place = |location: rpprof::profile::LocationId| {
            let place = self.found.places.get(location.index()).copied().flatten()?;
            Some((place.routine, place.address))
        };
        report::disasm_until(selection, options, &self.routines, place, find, interrupt)
    }

    /// Returns whether no function was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.routines.is_empty()
    }

    /// Says on standard error which binaries could not be looked at.
    pub(crate) fn tell(&self) {
        for reason in self.reasons() {
            eprintln!("rpprof: no machine code of {reason}");
        }
    }

    /// Returns which binaries could not be looked at, each with why not.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = String> {
        let is_file = |file: &str| !file.is_empty() && !file.starts_with('[') && !file.starts_with("//anon");
        // What a program wrote of memory without a file may be of no use.
        let is_told =
            move |binary: &&BinarySummary| is_file(&binary.file) || matches!(binary.outcome, Outcome::Unusable(_));
        self.found.failures.iter().filter(is_told).map(why)
    }

    /// Says why there is nothing to show, and what to do.
    pub(crate) fn nothing(&self, profile: &Profile, functions: &Regex) -> Failure {
        if !self.routines.is_empty() {
            let failure = Failure::unmet(format!("what matches {functions} weighs nothing"));
            return failure.hint("look at another column with --sample-type, or with fewer filters");
        }
        let names = || profile.symbols().functions().iter().map(|function| profile.str(function.name));
        if let Some(name) = names().find(|name| !name.is_empty() && functions.is_match(name)) {
            let failure =
                Failure::unmet(format!("there is no machine code of what matches {functions}, such as {name}"));
            return failure.hint("say where the program is with --binary FILE, or with PPROF_BINARY_PATH");
        }
        let failure = Failure::unmet(format!("no function matches {functions}"));
        match function_like(profile, functions.as_str()) {
            Some(name) => failure.hint(format!("did you mean '{}'?", regex::escape(name))),
            None => failure.hint("rpprof top shows the names of functions"),
        }
    }
}

fn routine(routine: &Routine) -> CodeRoutine {
    let place = |frame: &CodeFrame| CodePlace {
        function: frame.function.to_string(),
        file: frame.file.to_string(),
        line: frame.line,
    };
    let instructions = routine.instructions.iter().zip(&routine.frames).map(|(instruction, frames)| CodeInstruction {
        address: instruction.address,
        text: instruction.text.clone(),
        target: instruction.target,
        places: frames.iter().map(place).collect(),
    });
    CodeRoutine {
        function: routine.name.clone(),
        other_names: routine.other_names.clone(),
        binary: routine.binary.display().to_string(),
        instructions: instructions.collect(),
    }
}

//! Functions that a program made as it ran, from what a dump has of their bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::routines::{CodePlace, CodeSearch, MAX_ROUTINE_BYTES, MachineCode, Routine, add_frames};
use super::{AddressNames, Instruction, aarch64, x86};
use crate::error::{Error, ErrorKind, Result};
use crate::symbolize::demangle::demangle;
use crate::symbolize::jit::JitCode;
use crate::symbolize::object::Symbol;
use crate::symbolize::summary::Outcome;
use crate::symbolize::wanted::Wanted;

/// Processors, by ELF's numbers.
const X86: u32 = 3;
const X86_64: u32 = 62;
const AARCH64: u32 = 183;

impl<F: Fn(&str) -> bool> CodeSearch<'_, F> {
    /// Adds functions of memory without a file, by what the program wrote of it; what the first file has counts.
    pub(super) fn add_jitted(
        &self,
        wanted: &Wanted<'_>,
        files: &[PathBuf],
        code: &mut MachineCode,
    ) -> std::result::Result<(), Outcome> {
        let unusable = |error: Error| Outcome::Unusable(error.to_string());
        let mut has_code = false;
        for path in files {
            let jit = JitCode::open(path).map_err(unusable)?;
            has_code |= jit.has_code();
            self.add_functions(wanted, path, &jit, code).map_err(unusable)?;
        }
        let names = || files.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        let told = || Outcome::Unusable(format!("{} tells names and has no machine code; a dump has both", names()));
        if has_code { Ok(()) } else { Err(told()) }
    }

    fn add_functions(&self, wanted: &Wanted<'_>, path: &Path, jit: &JitCode, code: &mut MachineCode) -> Result<()> {
        let names = AddressNames::of_functions(jit.symbols().clone(), self.resolve.names);
        let mut functions: BTreeMap<u64, (Symbol<'_>, Vec<(usize, u64)>)> = BTreeMap::new();
        for &row in wanted.mappings.iter().flat_map(|mapping| &mapping.rows) {
            let (row, address) = (row as usize, self.profile.symbols().locations()[row as usize].address);
            if let (None, Some(symbol)) = (code.places[row], jit.symbols().at(address)) {
                functions.entry(symbol.address()).or_insert_with(|| (symbol, Vec::new())).1.push((row, address));
            }
        }
        let first = code.routines.len();
        for (symbol, rows) in functions.into_values() {
            let name = demangle(symbol.name(), self.resolve.names);
            let addresses = symbol.address()..symbol.address().saturating_add(symbol.size().min(MAX_ROUTINE_BYTES));
            let is_asked = self.options.address.is_some_and(|address| addresses.contains(&address));
            let is_named = || rows.iter().any(|&(row, _)| self.named[row]);
            if !(is_asked || (self.is_wanted)(symbol.name()) || (self.is_wanted)(&name) || is_named()) {
                continue;
            }
            let Some(bytes) = jit.bytes_at(symbol.address(), symbol.size()) else { continue };
            let bytes = &bytes[..bytes.len().min((addresses.end - addresses.start) as usize)]; // At most 4 MiB.
            let routine = code.routines.len();
            for (row, address) in rows {
                code.places[row] = Some(CodePlace { routine, address });
            }
            code.routines.push(Routine {
                instructions: self.decode(jit.machine(), bytes, symbol.address(), &names)?,
                name: name.into_owned(),
                system_name: symbol.name().to_owned(),
                other_names: Vec::new(),
                binary: path.to_owned(),
                addresses,
                frames: Vec::new(),
            });
        }
        add_frames(&mut code.routines[first..], self.resolve.names, |addresses| Ok(jit.names(addresses)))
    }

    fn decode(&self, machine: u32, bytes: &[u8], address: u64, names: &AddressNames) -> Result<Vec<Instruction>> {
        match machine {
            X86_64 => Ok(x86::decode(bytes, address, 64, self.options.syntax, names)),
            X86 => Ok(x86::decode(bytes, address, 32, self.options.syntax, names)),
            AARCH64 => Ok(aarch64::decode(bytes, address, names)),
            _ => {
                let message = format!("code for the processor with ELF's number {machine} cannot be shown");
                Err(Error::new(ErrorKind::Unsupported, message))
            }
        }
    }
}

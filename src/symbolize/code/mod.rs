//! Machine code as text: instructions with the names of what they jump to, and the functions of a profile.

mod aarch64;
mod address_names;
mod jitted;
mod routines;
mod x86;

use std::ops::Range;

use object::{Architecture, Object as _};

use super::object::Object;
use crate::error::{Error, ErrorKind, Result};

pub use address_names::AddressNames;
pub use routines::{CodeFrame, CodeOptions, CodePlace, MachineCode, Routine, machine_code};

/// How instructions of x86 are written; other processors have one way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// As Intel does: `mov rax,[rdi+8]`.
    #[default]
    Intel,
    /// As AT&T does, and the GNU assembler by default: `mov 8(%rdi),%rax`.
    Att,
}

/// An instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Where it begins, in the file's own addresses.
    pub address: u64,
    /// How long it is, in bytes.
    pub size: usize,
    /// The instruction as text; addresses have names behind them in angle brackets. `(bad)` if it is none.
    pub text: String,
    /// Where it jumps or calls to, if that is part of it.
    pub target: Option<u64>,
}

/// What stands for bytes that are no instruction.
const BAD: &str = "(bad)";

impl Object {
    /// Writes the instructions at a range of the file's own addresses as text.
    ///
    /// What stands in an instruction as an address gets the name that `names` has for it. The processors are x86-64, x86
    /// and aarch64. Bytes that are no instruction are passed over, so any bytes give a text.
    ///
    /// ```
    /// # #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))] {
    /// use rpprof::symbolize::{AddressNames, NameStyle, Object, Syntax};
    ///
    /// let program = Object::open(std::env::current_exe()?)?;
    /// let symbols = program.symbols();
    /// let main = symbols.iter().find(|symbol| symbol.name() == "main").expect("it begins there");
    /// let names = AddressNames::of(&program, None, NameStyle::Short);
    /// let end = main.address() + main.size();
    /// let code = program.instructions(main.address()..end, Syntax::Intel, &names)?;
    /// assert_eq!(code.last().map(|last| last.address + last.size as u64), Some(end));
    /// # }
    /// # Ok::<(), rpprof::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] if the processor is another one, [`ErrorKind::Inconsistent`] if the file does not have
    /// all of the bytes.
    pub fn instructions(
        &self,
        addresses: Range<u64>,
        syntax: Syntax,
        names: &AddressNames,
    ) -> Result<Vec<Instruction>> {
        let Range { start, end } = addresses;
        let missing = || Error::new(ErrorKind::Inconsistent, format!("the file has no bytes at {start:#x}-{end:#x}"));
        let bytes = self.bytes_at(addresses).ok_or_else(missing)?;
        match self.file()?.architecture() {
            Architecture::X86_64 => Ok(x86::decode(bytes, start, 64, syntax, names)),
            Architecture::I386 => Ok(x86::decode(bytes, start, 32, syntax, names)),
            Architecture::Aarch64 => Ok(aarch64::decode(bytes, start, names)),
            other => Err(Error::new(ErrorKind::Unsupported, format!("code for {other:?} cannot be shown"))),
        }
    }

    /// Returns whether the file has machine code, and not debug information alone.
    pub(crate) fn has_code(&self) -> bool {
        self.segments().iter().any(|segment| segment.is_executable && segment.file_size > 0)
    }
}

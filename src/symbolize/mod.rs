//! Names for addresses: functions, files, lines and inlined calls, from the binaries of this machine.
//!
//! [`symbolize`] takes a profile with addresses and returns one with names; a [`Resolver`] says where to look and tells
//! what was found; [`find_names`] is for those who only write such a profile. An [`Object`] is a binary file: its segments, bytes and symbols.
//!
//! This room reads files, which is what it is for; it does so only for addresses that want names, reads no environment
//! variable and starts no program. It asks servers only if its caller says which, and hands in how ([`Fetch`], [`Post`]).

mod cache;
#[cfg(feature = "disassemble")]
mod code;
mod debuginfod;
mod demangle;
#[cfg(feature = "collector-symbols")]
mod function_starts;
mod jit;
mod locate;
mod name_order;
mod name_table;
mod named;
mod names;
mod object;
mod options;
mod picked;
mod places;
mod resolver;
mod summary;
mod symbolz;
mod system;
mod wanted;

pub use cache::CacheFolder;
#[cfg(feature = "disassemble")]
pub use code::{
    AddressNames, CodeFrame, CodeOptions, CodePlace, Instruction, MachineCode, Routine, Syntax, machine_code,
};
pub use debuginfod::{Debuginfod, Fetch};
pub use demangle::{NameStyle, demangle};
#[cfg(feature = "collector-symbols")]
pub(crate) use function_starts::{FunctionStarts, function_starts};
pub use object::{Object, Segment, Symbol, SymbolTable};
pub use options::{Locality, Naming, ResolveOptions};
pub use resolver::{FoundNames, Resolver, find_names, symbolize};
pub use summary::{BinarySummary, Outcome, Summary};
pub use symbolz::{Post, Symbolz, symbolz_address};

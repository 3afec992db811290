//! Names for addresses: functions, files, lines and inlined calls, from the binaries of this machine.
//!
//! [`symbolize`] takes a profile with addresses and returns one with names; a [`Resolver`] says where to look and tells
//! what was found. An [`Object`] is a binary file: its segments, bytes and symbols.
//!
//! This room reads files, which is what it is for; it does so only for addresses that want names, reads no environment
//! variable, starts no program and asks no server.

mod apply;
mod cache;
mod demangle;
mod locate;
mod names;
mod object;
mod options;
mod places;
mod resolver;
mod summary;
mod system;
mod wanted;

pub use cache::CacheFolder;
pub use demangle::{NameStyle, demangle};
pub use object::{Object, Segment, Symbol, SymbolTable};
pub use options::{Naming, ResolveOptions};
pub use resolver::{Resolver, symbolize};
pub use summary::{BinarySummary, Outcome, Summary};

//! rpprof reads, compares, merges, reports and draws pprof profiles.
//!
//! A profile goes through rooms, each a module and a stage: [`codec`] makes a [`profile::Profile`]
//! of bytes, [`transform`] selects samples and frames of it, [`aggregate`] adds up what frames
//! weigh, [`report`] makes rows of that and [`render`] bytes of the rows. The library opens no
//! files and prints nothing: it takes readers and writers. Only `symbolize` opens files, as it is there to find binaries.
//!
//! ```
//! # #[cfg(feature = "analyze")] {
//! use rpprof::codec::{self, ReadOptions};
//! use rpprof::render::{self, TableStyle, ReportHeader};
//! use rpprof::report::{self, TopOptions};
//! use rpprof::transform::{Filter, select};
//!
//! let file = std::fs::File::open("testdata/go_cpu.pb.gz")?;
//! let profile = codec::read(file, &ReadOptions::default())?;
//!
//! let mut filter = Filter::default();
//! filter.focus = regex::Regex::new("store").ok();
//! let (selection, _) = select(&profile, &filter)?;
//!
//! let mut options = TopOptions::default();
//! options.values.sample_type = profile.default_sample_type()?;
//! options.limit = 10;
//! let top = report::top(&selection, &options);
//! assert_eq!(top.rows[0].name, "sort.partition");
//!
//! let mut table = Vec::new();
//! render::top(&top, &ReportHeader::default(), TableStyle::default(), &mut table)?;
//! # }
//! # Ok::<(), rpprof::Error>(())
//! ```
//!
//! # Features
//!
//! Without any feature there are the model, its builder and writing.
//!
//! - `read`: reading.
//! - `analyze`: everything from [`transform`] to [`render`]; implies `read`.
//! - `schema`: JSON Schemas of the reports, [`report::schema`](report::schema()); implies `analyze`.
//! - `symbolize`: names for addresses, in the module `symbolize`; implies `read`.
//! - `disassemble`: machine code of x86 and aarch64 as text, in `symbolize`; implies `symbolize`.
//! - `collector`: profiles of the running process, in the module `collector`; with `collector-symbols`, names in them.
//! - `proto`: the prost types of the format, in [`codec::proto`].
//! - `cli`, on by default: what the program needs; the library has nothing of it. Implies `schema` and `disassemble`.
//! - `tls`: encrypted connections of the program to servers.
//!
//! # Options and errors
//!
//! Options structs are non-exhaustive: take their default and set fields. Every fallible function
//! returns [`Error`], which tells what sort of thing went wrong ([`Error::kind`]) and where. What a
//! file says never makes the library panic; an id or column that is not of the profile does.

// The model serves rooms that smaller builds leave out.
#![cfg_attr(not(feature = "analyze"), allow(dead_code, unused_imports))]

// The example of the README, run as one of the library.
#[cfg(all(doctest, feature = "analyze", feature = "collector-symbols"))]
#[doc = include_str!("../README.md")]
mod readme {}

mod error;

#[cfg(feature = "analyze")]
pub mod aggregate;
pub mod codec;
#[cfg(feature = "collector")]
pub mod collector;
pub mod profile;
#[cfg(feature = "analyze")]
pub mod render;
#[cfg(feature = "analyze")]
pub mod report;
#[cfg(feature = "symbolize")]
pub mod symbolize;
#[cfg(feature = "analyze")]
pub mod transform;

pub use error::{Error, ErrorKind, Result};

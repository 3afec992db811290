//! Reports to bytes.
//!
//! Each function writes one report in one form to whatever takes bytes; nothing here opens files
//! or looks at the terminal.
//!
//! ```
//! use rpprof::codec::{self, ReadOptions};
//! use rpprof::render::{self, ReportHeader, SvgOptions, TableStyle};
//! use rpprof::report::{self, FlameOptions, TopOptions};
//! use rpprof::transform::Selection;
//!
//! let file = std::fs::File::open("testdata/go_mutex.pb.gz")?;
//! let profile = codec::read(file, &ReadOptions::default())?;
//! let selection = Selection::all(&profile);
//!
//! let top = report::top(&selection, &TopOptions::default());
//! let mut table = Vec::new();
//! render::top(&top, &ReportHeader::default(), TableStyle::default(), &mut table)?;
//! assert!(table.starts_with(b"File: orders\n"));
//! let mut json = Vec::new();
//! render::json(&top, &mut json)?;
//!
//! let flame = report::flame(&selection, &FlameOptions::default());
//! let mut svg = Vec::new();
//! render::svg(&flame, &SvgOptions::default(), &mut svg)?;
//! # Ok::<(), rpprof::Error>(())
//! ```

mod callgrind;
mod calls;
mod check;
mod comments;
mod diff;
mod diff_svg;
mod disasm;
mod dot;
mod folded;
mod header;
mod info;
mod json;
mod listing;
mod names;
mod page;
mod raw;
mod raw_table;
mod speedscope;
mod svg;
mod table;
mod tabular;
mod tags;
mod time;
mod top;
mod traces;
mod tree;
mod weblist;

pub use callgrind::{CallgrindNames, callgrind};
pub use calls::calls;
pub use check::{check, check_markdown};
pub use comments::comments;
pub use diff::{diff, diff_markdown};
pub use diff_svg::diff_svg;
pub use disasm::{SourceLines, disasm};
pub use dot::{LabelEscapes, dot};
pub use folded::folded;
pub use header::{ReportHeader, summary_lines};
pub use info::info;
pub use json::{json, json_rows};
pub use listing::listing;
pub use page::page;
pub use raw::raw;
pub use speedscope::speedscope;
pub use svg::{SvgDirection, SvgOptions, svg};
pub use table::TableStyle;
pub use tabular::{Cell, Column, Tabular, csv, markdown};
pub use tags::{label_table, tags};
pub use time::TimeZone;
pub use top::top;
pub use traces::traces;
pub use tree::{CallWeights, tree};
pub use weblist::weblist;

//! `rpprof merge`.

use clap::Args;
use rpprof::codec::{self, WriteOptions};
use rpprof::transform::{compact, extract};

use super::{OwnCode, load_whole, selection};
use crate::args::{FilterArgs, InputArgs, OutputArgs};
use crate::failure::Failure;
use crate::output::{Content, write_output};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof merge cpu.pb.gz more.pb.gz -o all.pb.gz
  rpprof merge --label tenant=acme --label-hide tenant cpu.pb.gz -o acme.pb.gz")]
pub(crate) struct MergeArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Effort of compression, from 0 (none) to 9 (smallest).
    #[arg(long, value_name = "LEVEL", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=9))]
    pub(crate) level: u32,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

pub(crate) fn run(arguments: &MergeArgs) -> Result<(), Failure> {
    let filters = &arguments.filters;
    let mut profile = load_whole(&arguments.input, filters)?;
    // Without filters nothing is lost, not even what reports leave out because the profile says so.
    if filters.is_set() {
        profile = compact(&extract(&selection(&profile, filters, &OwnCode::new())?))?;
    } else if arguments.input.files.len() == 1 {
        profile = compact(&profile)?;
    }
    let options = WriteOptions::default().with_level(arguments.level);
    write_output(&arguments.output, Content::Data("a profile"), |writer| Ok(codec::write(&profile, writer, &options)?))
}

//! `rpprof symbolize`.

use clap::Args;
use rpprof::codec::{self, WriteOptions};

use crate::args::{InputArgs, OutputArgs, SymbolizeArg};
use crate::failure::Failure;
use crate::input::load_nameless;
use crate::output::{Content, write_output};
use crate::symbols::names_of;

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof symbolize cpu.pb.gz -o named.pb.gz
  PPROF_BINARY_PATH=~/binaries rpprof symbolize --demangle full cpu.pb.gz -o named.pb.gz")]
pub(crate) struct SymbolizeArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Effort of compression, from 0 (none) to 9 (smallest).
    #[arg(long, value_name = "LEVEL", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=9))]
    pub(crate) level: u32,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(crate) fn run(arguments: &SymbolizeArgs) -> Result<(), Failure> {
    let profile = load_nameless(&arguments.input)?;
    let options = WriteOptions::default().with_level(arguments.level);
    let names = match arguments.input.symbols.symbolize {
        Some(SymbolizeArg::None) => None,
        _ => Some(names_of(&profile, &arguments.input.symbols)),
    };
    write_output(&arguments.output, Content::Data("a profile"), |writer| {
        match &names {
            Some(names) => names.write(writer, &options)?,
            None => codec::write(&profile, writer, &options)?,
        }
        Ok(())
    })
}

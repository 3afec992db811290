//! `rpprof merge`.

use rpprof::codec::{self, LabelColumn, WriteOptions};
use rpprof::transform::compact;

use crate::args::MergeArgs;
use crate::failure::Failure;
use crate::input::load;
use crate::output::{Content, write_output};

pub(crate) fn run(arguments: &MergeArgs) -> Result<(), Failure> {
    let mut profile = load(&arguments.input, LabelColumn::Keep)?;
    if arguments.input.files.len() == 1 {
        profile = compact(&profile)?;
    }
    let options = WriteOptions::default().with_level(arguments.level);
    write_output(&arguments.output, Content::Data("a profile"), |writer| Ok(codec::write(&profile, writer, &options)?))
}

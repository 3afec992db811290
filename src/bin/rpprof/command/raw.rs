//! `rpprof raw`.

use rpprof::codec::LabelColumn;
use rpprof::render::{self, TimeZone};
use rpprof::report::Raw;

use super::selection;
use crate::args::RawArgs;
use crate::failure::Failure;
use crate::input::load;
use crate::output::{Content, write_output};

pub(crate) fn run(arguments: &RawArgs) -> Result<(), Failure> {
    let profile = load(&arguments.input, LabelColumn::Keep)?;
    let report = Raw::new(selection(&profile, &arguments.filters)?);
    write_output(&arguments.output, Content::Text, |writer| Ok(render::raw(&report, &TimeZone::system(), writer)?))
}

//! `rpprof top`.

use rpprof::codec::LabelColumn;
use rpprof::render::{self, TimeZone, TopHeader};
use rpprof::report::{self, Order, TopOptions};

use super::{sample_type, selection, shown_filters};
use crate::args::{ColorChoice, TopArgs};
use crate::failure::Failure;
use crate::input::load;
use crate::output::{Content, table_style, write_output};

pub(crate) fn run(arguments: &TopArgs, color: ColorChoice) -> Result<(), Failure> {
    let profile = load(&arguments.input, LabelColumn::Skip)?;
    let selection = selection(&profile, &arguments.filters)?;
    let mut options = TopOptions::default();
    options.sample_type = sample_type(&profile, &arguments.values)?;
    options.frames = arguments.frames.options();
    options.order = if arguments.cum { Order::Cum } else { Order::Flat };
    options.limit = arguments.limit;
    options.node_fraction = arguments.min_share;
    if let Some(unit) = &arguments.values.unit {
        options.unit.clone_from(unit);
    }
    let top = report::top(&selection, &options);
    write_output(&arguments.output, Content::Text, |writer| {
        if arguments.json {
            return Ok(render::json(&top, writer)?);
        }
        let header = TopHeader::new(shown_filters(&arguments.filters), TimeZone::system());
        Ok(render::top(&top, &header, table_style(color, &arguments.output), writer)?)
    })
}

//! `rpprof schema`.

use clap::Args;
use clap::builder::PossibleValuesParser;
use rpprof::{render, report};

use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::output::{Content, write_output};

#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  rpprof schema top > top.schema.json

The schemas follow JSON Schema 2020-12. Objects may get more fields; `version` changes when a field changes its \
meaning or goes.")]
pub(crate) struct SchemaArgs {
    /// The report, by the command that writes it [default: the names of all].
    #[arg(value_name = "REPORT", value_parser = PossibleValuesParser::new(report::SCHEMAS))]
    pub(crate) report: Option<String>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(crate) fn run(arguments: &SchemaArgs) -> Result<(), Failure> {
    write_output(&arguments.output, Content::Text, |writer| {
        let Some(report) = &arguments.report else {
            return Ok(report::SCHEMAS.iter().try_for_each(|name| writeln!(writer, "{name}"))?);
        };
        let schema = report::schema(report).expect("the argument is one of the names");
        Ok(render::json(&schema, writer)?)
    })
}

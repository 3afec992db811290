//! `rpprof schema`.

use clap::Args;
use clap::builder::PossibleValuesParser;
use rpprof::{render, report};

use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::output::{Content, write_output};
use crate::tui;

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof schema top > top.schema.json
  rpprof schema config

The last one is of config.toml, which the browser reads. The schemas follow JSON Schema 2020-12. Objects may get more fields; `version` changes when a field changes its \
meaning or goes.")]
pub(crate) struct SchemaArgs {
    /// The report, by the command that writes it, or config [default: the names of all].
    #[arg(value_name = "REPORT", value_parser = PossibleValuesParser::new(names()))]
    pub(crate) report: Option<String>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// The name of the schema of what the browser is configured by.
const CONFIG: &str = "config";

/// Returns the names of all schemas.
fn names() -> impl Iterator<Item = &'static str> {
    report::SCHEMAS.into_iter().chain([CONFIG])
}

pub(crate) fn run(arguments: &SchemaArgs) -> Result<(), Failure> {
    write_output(&arguments.output, Content::Text, |writer| {
        let Some(report) = &arguments.report else {
            return Ok(names().try_for_each(|name| writeln!(writer, "{name}"))?);
        };
        let schema = match report.as_str() {
            CONFIG => tui::config_schema(),
            report => report::schema(report).expect("the argument is one of the names"),
        };
        Ok(render::json(&schema, writer)?)
    })
}

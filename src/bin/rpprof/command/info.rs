//! `rpprof info`.

use clap::Args;
use rpprof::codec::LabelColumn;
use rpprof::render::{self, TimeZone};
use rpprof::report;

use crate::args::{ColorChoice, InputArgs, OutputArgs};
use crate::failure::Failure;
use crate::input::load;
use crate::output::{Content, table_style, write_output};

#[derive(Debug, Args)]
pub(crate) struct InfoArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// Write JSON, for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(arguments: &InfoArgs, color: ColorChoice) -> Result<(), Failure> {
    let profile = load(&arguments.input, LabelColumn::Keep)?;
    let info = report::info(&profile)?;
    let output = OutputArgs { path: None };
    write_output(&output, Content::Text, |writer| {
        if arguments.json {
            return Ok(render::json(&info, writer)?);
        }
        let files: Vec<String> = arguments.input.files.iter().map(|file| file.display().to_string()).collect();
        let command = |hint: &str| {
            let (command, flags) = hint.split_once(' ').unwrap_or((hint, ""));
            format!("rpprof {command} {} {flags}", files.join(" ")).trim_end().to_owned()
        };
        Ok(render::info(&info, &command, &TimeZone::system(), table_style(color, &output), writer)?)
    })
}

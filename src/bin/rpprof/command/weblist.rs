//! `rpprof weblist`.

use clap::Args;
use rpprof::render;

use super::disasm::CodeArgs;
use crate::failure::Failure;
use crate::output::{Content, write_output};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof weblist 'main\\.discount$' cpu.pb.gz -o discount.html

The page is one file that loads nothing. Each line of source opens to the instructions that it became, with what was \
        inlined in its place. The binary must be the one that ran, as for rpprof disasm.")]
pub(crate) struct WeblistArgs {
    #[command(flatten)]
    pub(crate) code: CodeArgs,
}

pub(crate) fn run(arguments: &WeblistArgs) -> Result<(), Failure> {
    arguments.code.report(|report, finder| {
        write_output(&arguments.code.output, Content::Data("a page"), |writer| {
            let title = report.summary.file.clone().unwrap_or_else(|| "Profile".to_owned());
            Ok(render::weblist(report, &title, |file| finder.find(file).ok().map(|found| found.text), writer)?)
        })
    })
}

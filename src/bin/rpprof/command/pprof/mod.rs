//! `rpprof pprof`: pprof's own command line, options and shell.

mod commands;
mod config;
mod labels;
mod options;
mod report;
mod request;
mod sources;
mod usage;

use std::path::PathBuf;

use clap::Args;

use self::config::Config;
use self::report::Body;
use self::request::{Order, Request, RequestError};
use crate::args::OutputArgs;
use crate::failure::Failure;
use crate::output::{Content, write_output};

#[derive(Debug, Args)]
pub(crate) struct PprofArgs {
    /// pprof's arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
}

/// Does what a command line of pprof asks for.
pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    drive(arguments).map_err(Failure::bare)
}

fn drive(arguments: &[String]) -> Result<(), Failure> {
    let request = match Request::parse(arguments) {
        Ok(request) => request,
        Err(RequestError::Help) => {
            eprint!("{}", usage::command_line_usage());
            return Ok(());
        }
        Err(error) => return Err(Failure::new(error.message())),
    };
    let profile = sources::fetch(&request.sources)?;
    if request.is_web {
        return Err(Failure::new("-http: there is no web interface yet"));
    }
    let Some(order) = &request.order else {
        return Err(Failure::new("there is no shell yet; ask for a format such as -top"));
    };
    report::report(order, &request.config, &profile, |body| write(order, &request.config, body))
}

/// Writes a report to where it goes.
fn write(_order: &Order, config: &Config, body: &Body<'_>) -> Result<(), Failure> {
    let path = Some(&config.output).filter(|output| !output.is_empty()).map(PathBuf::from);
    if let Some(path) = &path {
        eprintln!("Generating report in {}", path.display());
    }
    write_output(&OutputArgs { path }, Content::Text, |writer| body.write(writer))
}

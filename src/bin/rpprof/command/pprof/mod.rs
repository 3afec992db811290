//! `rpprof pprof`: pprof's own command line, options and shell.

mod commands;
mod completion;
mod config;
mod console;
mod delivery;
mod disasm;
mod graphviz;
mod labels;
mod line;
mod list;
mod movable;
mod options;
mod remote;
mod report;
mod request;
mod shell;
mod sources;
mod symbols;
mod usage;

use clap::Args;

use self::delivery::{Delivery, Session};
use self::request::{Request, RequestError};
use crate::failure::Failure;

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
        return shell::run(&profile, request.config);
    };
    let mut delivery = Delivery::new(Session::Single);
    report::report(order, &request.config, &profile, |body| delivery.deliver(order, &request.config, body))
}

//! `rpprof disasm`.

use clap::{Args, ValueEnum};
use regex::Regex;
use rpprof::codec::{LabelColumn, StackColumn};
use rpprof::render::{self, SourceLines};
use rpprof::report::{Disasm, DisasmOptions};
use rpprof::symbolize::Syntax;

use super::{OwnCode, load_for, selection, values};
use crate::args::{ColorChoice, FilterArgs, FormatArgs, InputArgs, OutputArgs, ValueArgs, parse_regex};
use crate::code::Code;
use crate::failure::Failure;
use crate::output::{table_style, write_report};
use crate::source::{Machine, SourceArgs, SourceFinder};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof disasm 'main\\.discount$' cpu.pb.gz
  rpprof disasm --source --syntax att Parse cpu.pb.gz

Columns are what each instruction weighs itself, and with all that it calls. Functions are found by their names in \
        the binary and in the profile, those that were inlined into them too. The binary must be the one that ran: it \
        is looked for as --symbolize says.")]
pub(crate) struct DisasmArgs {
    #[command(flatten)]
    pub(crate) code: CodeArgs,

    /// Show each line of source above what was made of it.
    #[arg(long)]
    pub(crate) source: bool,

    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// Which machine code is shown, and how; the commands that show it share this.
#[derive(Debug, Args)]
pub(crate) struct CodeArgs {
    /// The functions: their names match, anywhere in them; or an address in one, such as 0x401020.
    #[arg(value_name = "REGEX", value_parser = parse_regex)]
    pub(crate) functions: Regex,

    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// How instructions of x86 are written.
    #[arg(long, value_name = "SYNTAX", default_value = "intel")]
    pub(crate) syntax: SyntaxArg,

    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) places: SourceArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

/// How instructions of x86 are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SyntaxArg {
    /// As Intel does: `mov rax,[rdi+8]`.
    Intel,
    /// As AT&T and the GNU assembler do: `mov 8(%rdi),%rax`.
    Att,
}

impl CodeArgs {
    /// Makes the report, and passes it on with what finds source files.
    pub(crate) fn report(
        &self,
        use_it: impl FnOnce(&Disasm, &SourceFinder<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let profile = load_for(&self.input, &self.filters, LabelColumn::Skip, StackColumn::Keep)?;
        let own = OwnCode::new();
        let selection = selection(&profile, &self.filters, &own)?;
        let mut options = DisasmOptions::default();
        options.values = values(&profile, &self.values, "auto")?;
        let syntax = match self.syntax {
            SyntaxArg::Intel => Syntax::Intel,
            SyntaxArg::Att => Syntax::Att,
        };
        let resolve = crate::symbols::options(&self.input.symbols);
        let code = Code::find(selection.profile(), &resolve, syntax, &self.functions);
        let machine = Machine::this();
        let finder = SourceFinder::new(&self.places, &machine);
        let report = code.report(&selection, &options, |file| finder.find(file));
        code.tell();
        if report.routines.is_empty() {
            return Err(code.nothing(&profile, &self.functions));
        }
        use_it(&report, &finder)
    }
}

pub(crate) fn run(arguments: &DisasmArgs, color: ColorChoice) -> Result<(), Failure> {
    let output = &arguments.code.output;
    let lines = if arguments.source { SourceLines::Interleave } else { SourceLines::Leave };
    arguments.code.report(|report, _| {
        write_report(report, &arguments.format, output, |writer| {
            Ok(render::disasm(report, table_style(color, output), lines, writer)?)
        })
    })
}

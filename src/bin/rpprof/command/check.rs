//! `rpprof check`.

use std::path::PathBuf;

use clap::Args;
use rpprof::render::{self, ReportHeader, TimeZone};
use rpprof::report::{self, Budget, CheckOptions, Growth, LimitKind, Order, Strictness, Verdict};

use super::{OwnCode, compare_options, load_each_for, selections, shown_filters};
use crate::args::{
    ColorChoice, CompareArgs, FilterArgs, Format, FormatArgs, OutputArgs, SymbolArgs, ValueArgs, parse_size,
};
use crate::budgets::{BudgetArg, parse_budget, read_budgets};
use crate::failure::Failure;
use crate::output::{Content, table_style, write_output, write_report};

/// What the long help says behind the arguments.
const MORE: &str = "\
A budget is an expression, = and a limit: a share such as 5%, or an amount such as 200ms, 12MB or 1000. It is about \
the samples in whose stack some function, file or binary matches, each sample once; with -flat, about those whose \
innermost frame matches. A share is one of the whole profile; for a growth, one of the old value. Growth that may \
be chance breaks nothing, unless --strict-growth is given.

A file of budgets is TOML:

  [[budget]]
  name = \"JSON\"              # optional
  match = \"^encoding/json\"
  max = \"5%\"                 # one or more of max, max-flat, max-growth, max-growth-flat
  max-growth = \"10%\"

Examples:
  rpprof check --max '^encoding/json=5%' --max-flat 'memmove=200ms' cpu.pb.gz
  rpprof check --base main1.pb.gz,main2.pb.gz --max-growth '^main\\.=10%' branch1.pb.gz branch2.pb.gz
  rpprof check --budgets budgets.toml --base main1.pb.gz --format markdown branch1.pb.gz >> \"$GITHUB_STEP_SUMMARY\"

A workflow for GitHub is in the sources, as examples/github-actions.yml.

Exit codes: 0 all kept to, 1 a budget is broken, 2 error.";

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 all kept to, 1 a budget is broken, 2 error.", after_long_help = MORE)]
pub(crate) struct CheckArgs {
    /// Profiles to check, runs of the same thing; `-` is standard input.
    #[arg(required = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) checked: Vec<PathBuf>,

    /// What may weigh so much at most, with all that it calls.
    #[arg(long, value_name = "REGEX=LIMIT", value_parser = parse_budget)]
    pub(crate) max: Vec<BudgetArg>,

    /// What may weigh so much at most by itself.
    #[arg(long, value_name = "REGEX=LIMIT", value_parser = parse_budget)]
    pub(crate) max_flat: Vec<BudgetArg>,

    /// What may grow by so much at most since --base, with all that it calls.
    #[arg(long, value_name = "REGEX=LIMIT", value_parser = parse_budget)]
    pub(crate) max_growth: Vec<BudgetArg>,

    /// What may grow by so much at most since --base by itself.
    #[arg(long, value_name = "REGEX=LIMIT", value_parser = parse_budget)]
    pub(crate) max_growth_flat: Vec<BudgetArg>,

    /// Read budgets from a TOML file.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(crate) budgets: Vec<PathBuf>,

    /// Old profiles that growth is measured from, runs of the same thing: with commas between, or one flag each.
    #[arg(long, value_name = "FILE,…", value_delimiter = ',', value_hint = clap::ValueHint::FilePath)]
    pub(crate) base: Vec<PathBuf>,

    /// Fail also if a budget is about nothing that is there.
    #[arg(long)]
    pub(crate) strict: bool,

    /// Fail also for growth that may be chance.
    #[arg(long)]
    pub(crate) strict_growth: bool,

    #[command(flatten)]
    pub(crate) compare: CompareArgs,

    /// How large each file may be once it is inflated, such as 500MB or 4GB.
    ///
    /// Reading ends with an error there, so that a small file cannot fill the memory.
    #[arg(long, value_name = "SIZE", default_value = "2GB", value_parser = parse_size, hide_short_help = true)]
    pub(crate) max_inflated: u64,

    #[command(flatten)]
    pub(crate) symbols: SymbolArgs,

    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) format: FormatArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

impl CheckArgs {
    fn budgets(&self) -> Result<Vec<Budget>, Failure> {
        let flags = [
            (&self.max, LimitKind::Max, Order::Cum),
            (&self.max_flat, LimitKind::Max, Order::Flat),
            (&self.max_growth, LimitKind::MaxGrowth, Order::Cum),
            (&self.max_growth_flat, LimitKind::MaxGrowth, Order::Flat),
        ];
        let mut budgets = Vec::new();
        for path in &self.budgets {
            budgets.extend(read_budgets(path)?);
        }
        for (arguments, kind, measure) in flags {
            budgets.extend(arguments.iter().map(|argument| argument.budget(kind, measure)));
        }
        Ok(budgets)
    }
}

pub(crate) fn run(arguments: &CheckArgs, color: ColorChoice) -> Result<(), Failure> {
    let budgets = arguments.budgets()?;
    if budgets.is_empty() {
        return Err(Failure::new("there is no budget to check")
            .hint("give one such as --max 'json=5%', or a file of them with --budgets"));
    }
    if let Some(growth) = budgets.iter().find(|budget| budget.kind == LimitKind::MaxGrowth)
        && arguments.base.is_empty()
    {
        return Err(Failure::new(format!("the growth of {} needs an old profile to be measured from", growth.name))
            .hint("give one with --base"));
    }
    let files = [arguments.base.as_slice(), &arguments.checked].concat();
    let profiles = load_each_for(&files, arguments.max_inflated, &arguments.symbols, &arguments.filters)?;
    let own = OwnCode::new();
    let selections = selections(&profiles, &arguments.filters, &own)?;
    let (old, new) = selections.split_at(arguments.base.len());
    let mut options = CheckOptions::default();
    options.compare = compare_options(new[0].profile(), &arguments.values, "minimum", &arguments.compare)?;
    options.growth = if arguments.strict_growth { Growth::Any } else { Growth::Significant };
    let check = report::check(new, old, &budgets, &options)?;
    if arguments.format.format() == Format::Markdown {
        write_output(&arguments.output, Content::Text, |writer| Ok(render::check_markdown(&check, writer)?))?;
    } else {
        write_report(&check, &arguments.format, &arguments.output, |writer| {
            let header = ReportHeader::new(shown_filters(&arguments.filters), TimeZone::system());
            Ok(render::check(&check, &header, table_style(color, &arguments.output), writer)?)
        })?;
    }
    for row in check.rows.iter().filter(|row| row.verdict == Verdict::Unmatched) {
        eprintln!("rpprof: nothing matches the budget {}", row.name);
    }
    let strictness = if arguments.strict { Strictness::Strict } else { Strictness::Lenient };
    if check.is_met(strictness) {
        return Ok(());
    }
    let is_unmet = |verdict: Verdict| verdict == Verdict::Broken || verdict == Verdict::Unmatched && arguments.strict;
    let unmet = check.rows.iter().filter(|row| is_unmet(row.verdict)).count();
    Err(Failure::unmet(match check.rows.len() {
        1 => "the budget is not kept to".to_owned(),
        all => format!("{unmet} of {all} budgets not kept to"),
    }))
}

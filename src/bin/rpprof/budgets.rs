//! Budgets of a command line or a file.

use std::fs;
use std::path::Path;

use regex::Regex;
use rpprof::report::{Budget, Limit, LimitKind, Order};
use serde::Deserialize;

use crate::args::parse_regex;
use crate::failure::Failure;

/// An expression and a limit, as `RX=5%` on a command line.
#[derive(Clone, Debug)]
pub(crate) struct BudgetArg {
    frames: Regex,
    limit: Limit,
}

impl BudgetArg {
    /// Makes a budget of what the flag limits.
    pub(crate) fn budget(&self, kind: LimitKind, measure: Order) -> Budget {
        let mut budget = Budget::new(self.frames.clone(), self.limit.clone());
        (budget.kind, budget.measure) = (kind, measure);
        budget
    }
}

/// Reads `RX=LIMIT`; the expression may have a `=` in it.
pub(crate) fn parse_budget(text: &str) -> Result<BudgetArg, String> {
    let Some((frames, limit)) = text.rsplit_once('=').filter(|(frames, _)| !frames.is_empty()) else {
        return Err("expected an expression, = and a limit, such as 'json=5%'".to_owned());
    };
    let limit = limit.parse().map_err(|error: rpprof::Error| error.to_string())?;
    Ok(BudgetArg { frames: parse_regex(frames)?, limit })
}

/// A file of budgets.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BudgetFile {
    #[serde(default)]
    budget: Vec<BudgetEntry>,
}

/// What frames may weigh and grow by; each limit is a budget.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct BudgetEntry {
    name: Option<String>,
    r#match: String,
    max: Option<String>,
    max_flat: Option<String>,
    max_growth: Option<String>,
    max_growth_flat: Option<String>,
}

/// Reads a file of budgets, in TOML.
pub(crate) fn read_budgets(path: &Path) -> Result<Vec<Budget>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::io(path, error))?;
    let file: BudgetFile =
        toml::from_str(&text).map_err(|error| Failure::new(error.to_string().trim_end()).at(path.display()))?;
    let mut budgets = Vec::new();
    for entry in &file.budget {
        let failed = |message: String| Failure::new(message).at(format!("{}: {}", path.display(), entry.r#match));
        let frames = parse_regex(&entry.r#match).map_err(failed)?;
        let limits = [
            (&entry.max, LimitKind::Max, Order::Cum),
            (&entry.max_flat, LimitKind::Max, Order::Flat),
            (&entry.max_growth, LimitKind::MaxGrowth, Order::Cum),
            (&entry.max_growth_flat, LimitKind::MaxGrowth, Order::Flat),
        ];
        let before = budgets.len();
        for (limit, kind, measure) in limits {
            let Some(limit) = limit else { continue };
            let limit = limit.parse().map_err(|error: rpprof::Error| failed(error.to_string()))?;
            let mut budget = Budget::new(frames.clone(), limit);
            (budget.kind, budget.measure) = (kind, measure);
            if let Some(name) = &entry.name {
                budget.name.clone_from(name);
            }
            budgets.push(budget);
        }
        if budgets.len() == before {
            return Err(failed("there is no limit: expected max, max-flat, max-growth or max-growth-flat".to_owned()));
        }
    }
    Ok(budgets)
}

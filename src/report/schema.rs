//! JSON Schemas of what reports are as JSON.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::{Calls, Check, Comments, Diff, Disasm, Flame, Graph, Info, Listing, Raw, Tags, Top, Traces};

/// The reports that have a schema: each is called as the program's command that writes it.
pub const SCHEMAS: [&str; 14] = [
    "calls", "check", "comments", "diff", "disasm", "flame", "info", "list", "peek", "raw", "tags", "top", "traces",
    "tree",
];

/// Returns the JSON Schema (draft 2020-12) of what a report is as JSON; `None` if there is no such report.
///
/// It is made from the types of the reports, so it says what their fields say. Objects may get more
/// fields without a new version; whoever reads them does well to skip what they do not know.
///
/// ```
/// use rpprof::report;
///
/// let schema = report::schema("top").expect("top is a report");
/// assert_eq!(schema["properties"]["version"]["const"], 1);
/// assert!(report::SCHEMAS.iter().all(|&name| report::schema(name).is_some()));
/// ```
pub fn schema(report: &str) -> Option<Value> {
    match report {
        "calls" => Some(schema_of::<Calls>()),
        "check" => Some(schema_of::<Check>()),
        "comments" => Some(schema_of::<Comments<'_>>()),
        "diff" => Some(schema_of::<Diff>()),
        "disasm" => Some(schema_of::<Disasm>()),
        "flame" => Some(schema_of::<Flame>()),
        "info" => Some(schema_of::<Info>()),
        "list" => Some(schema_of::<Listing>()),
        "peek" | "tree" => Some(schema_of::<Graph>()),
        "raw" => Some(schema_of::<Raw<'_>>()),
        "tags" => Some(schema_of::<Tags<'_>>()),
        "top" => Some(schema_of::<Top>()),
        "traces" => Some(schema_of::<Traces<'_>>()),
        _ => None,
    }
}

fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings.with_transform(RecursiveTransform(without_links));
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// Makes plain names of links to other documentation.
fn without_links(schema: &mut Schema) {
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = description.replace("[`", "`").replace("`]", "`");
    }
}

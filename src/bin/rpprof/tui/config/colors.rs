//! Colours of a configuration.

use std::borrow::Cow;

use ratatui::style::Color;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error};

/// Colours that are to be others than those of the theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Colors {
    /// Bars.
    pub(crate) bar: Option<ColorName>,
    /// Filters.
    pub(crate) filter: Option<ColorName>,
    /// What went wrong.
    pub(crate) fault: Option<ColorName>,
    /// Numbers of what shrank.
    pub(crate) shrunk: Option<ColorName>,
    /// Numbers of what grew.
    pub(crate) grown: Option<ColorName>,
    /// The gutter beside lines that weigh half of the heaviest or more.
    pub(crate) hot: Option<ColorName>,
    /// The gutter beside lines that weigh a tenth of the heaviest or more.
    pub(crate) warm: Option<ColorName>,
    /// The gutter beside other lines that weigh something.
    pub(crate) cool: Option<ColorName>,
    /// Keywords of source.
    pub(crate) keyword: Option<ColorName>,
    /// Texts in source.
    pub(crate) string: Option<ColorName>,
    /// Numbers in source.
    pub(crate) number: Option<ColorName>,
    /// Comments in source.
    pub(crate) comment: Option<ColorName>,
}

/// A colour: `#rrggbb`, or the name or number of one that the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ColorName(pub(crate) Color);

/// The 16 colours of all terminals, by number.
const NAMES: [(&str, Color); 16] = [
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

impl ColorName {
    fn parse(text: &str) -> Option<Self> {
        if let Some(digits) = text.strip_prefix('#') {
            let is_hexadecimal = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_hexadecimal)?;
            let [_, red, green, blue] = number.to_be_bytes();
            return Some(Self(Color::Rgb(red, green, blue)));
        }
        if let Ok(number) = text.parse::<u8>() {
            return Some(Self(Color::Indexed(number)));
        }
        NAMES.iter().find(|(name, _)| *name == text).map(|(_, color)| Self(*color))
    }
}

impl<'de> Deserialize<'de> for ColorName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let names = || NAMES.map(|(name, _)| name).join(", ");
        Self::parse(&text).ok_or_else(|| {
            let other = crate::failure::nearest(&text, NAMES.iter().map(|(name, _)| *name));
            let likely = other.map_or(String::new(), |name| format!("; did you mean {name}?"));
            D::Error::custom(format!("{text:?} is no colour{likely} (expected #rrggbb, 0 to 255, or {})", names()))
        })
    }
}

impl JsonSchema for ColorName {
    fn schema_name() -> Cow<'static, str> {
        "Color".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names = NAMES.map(|(name, _)| name).join("|");
        json_schema!({
            "description": "A colour: #rrggbb, or the name or number of one that the terminal has.",
            "type": "string",
            "pattern": format!("^(#[0-9A-Fa-f]{{6}}|[0-9]{{1,3}}|{names})$"),
        })
    }
}

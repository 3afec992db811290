//! Configurations that are right, and what is said of those that are not.

use std::path::Path;

use super::{Config, schema};
use crate::tui::config::{ClipboardChoice, ColorByChoice, DepthChoice, GranularityChoice, ViewChoice};
use crate::tui::key::{Action, Meaning, meaning};
use crate::tui::state::View;
use crate::tui::theme::Background;

const WHOLE: &str = r##"
theme = "light"
color-depth = "256"
color-by = "kind"
color-label = "tenant"
ascii = true
mouse = false
view = "flame"
sample-type = ["alloc_space", "cpu"]
granularity = "filefunctions"
editor = "code --wait"
clipboard = "osc52"

[colors]
bar = "#00aaff"
fault = "bright-red"
keyword = "141"

[keys]
quit = "alt-q"
down = ["j", "down", "ctrl-n"]
first = ["home", "g home"]
scaling = []
"##;

#[test]
fn all_of_it_is_read() {
    let (config, keys) = Config::parse(WHOLE).expect("it is right");
    assert_eq!(config.theme, Some(Background::Light));
    assert_eq!(config.color_depth, Some(DepthChoice::Indexed));
    assert_eq!(config.color_by, Some(ColorByChoice::Kind));
    assert_eq!(config.color_label.as_deref(), Some("tenant"));
    assert_eq!((config.ascii, config.mouse), (Some(true), Some(false)));
    assert_eq!(config.view, Some(ViewChoice::Flame));
    assert_eq!(config.sample_type.texts(), ["alloc_space", "cpu"]);
    assert_eq!(config.granularity, Some(GranularityChoice::FileFunctions));
    assert_eq!(config.editor.as_deref(), Some("code --wait"));
    assert_eq!(config.clipboard, Some(ClipboardChoice::Osc52));
    for (key, expected) in [
        ("alt-q", Meaning::Action(Action::Quit)),
        ("q", Meaning::Action(Action::Leave)),
        ("Q", Meaning::Nothing),
        ("ctrl-n", Meaning::Action(Action::Down)),
        ("g home", Meaning::Action(Action::First)),
        ("g g", Meaning::Nothing),
        ("=", Meaning::Nothing),
        ("u", Meaning::Action(Action::Undo)),
    ] {
        assert_eq!(meaning(keys, key, View::Top), expected, "{key}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    for (text, expected) in [
        ("\nthem = \"dark\"", "config.toml:2: unknown field `them`, expected one of"),
        ("\nthem = \"dark\"", "hint: did you mean theme?"),
        ("theme = \"drak\"", "config.toml:1: unknown variant `drak`, expected `dark` or `light`"),
        ("theme = \"drak\"", "did you mean dark?"),
        ("mouse = 1", "config.toml:1: invalid type: integer `1`, expected a boolean"),
        ("sample-type = 3", "expected a text in quotes or a list of such texts"),
        ("[colors]\nbar = \"bleu\"", "config.toml:2: \"bleu\" is no colour; did you mean blue?"),
        ("[colors]\nbar = \"#12345\"", "expected #rrggbb"),
        ("theme = ", "config.toml:1: "),
        ("[keys]\nquti = \"q\"", "config.toml:2: there is no action \"quti\"\n  hint: did you mean quit?"),
        ("[keys]\nquit = \"entre\"", "config.toml:2: there is no key \"entre\"\n  hint: did you mean enter?"),
        ("[keys]\nundo = \"ctrl-c\"", "ctrl-c quits"),
        ("[keys]\n\nundo = \"d\"", "config.toml:3: undo: \"d\" is the key of hide as well, in Top"),
        ("[keys]\nundo = \"d\"", "hint: give hide another key, or none: hide = []"),
        ("[keys]\nundo = \"z\"\nredo = \"z\"", "is the key of"),
        ("[keys]\nundo = \"g\"", "\"g\" and \"g f\", the key of by-functions, begin alike, in Top"),
    ] {
        let fault = Config::parse(text).expect_err(text);
        let shown = fault.in_file(Path::new("config.toml")).to_string();
        assert!(shown.contains(expected), "{text:?}: {shown}");
    }
    Config::parse("[keys]\nundo = \"d\"\nhide = []").expect("a key that is given up is free");
    Config::parse("[keys]\nundo = \"d\"\nhide = \"u\"").expect("keys may be swapped");
}

#[test]
fn the_schema_takes_what_is_right_and_nothing_else() {
    let validator = jsonschema::validator_for(&schema()).expect("it is a schema");
    let json = |text: &str| {
        let table: toml::Table = toml::from_str(text).expect("it is TOML");
        serde_json::to_value(table).expect("it is JSON too")
    };
    for (text, is_valid) in [
        (WHOLE, true),
        ("", true),
        ("them = \"dark\"", false),
        ("theme = \"drak\"", false),
        ("color-depth = \"16\"", true),
        ("color-depth = 16", false),
        ("color-by = \"binary\"", true),
        ("color-by = \"mapping\"", false),
        ("[colors]\nbar = \"bleu\"", false),
        ("[keys]\nquti = \"q\"", false),
        ("[keys]\nquit = 1", false),
    ] {
        assert_eq!(validator.is_valid(&json(text)), is_valid, "{text}");
        if is_valid {
            Config::parse(text).expect("the schema says that it is right");
        } else {
            Config::parse(text).expect_err("the schema says that it is not");
        }
    }
}

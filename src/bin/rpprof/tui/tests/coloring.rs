//! What the colours of boxes stand for.

use std::collections::HashMap;

use super::super::coloring::ColorBy;
use super::super::theme::{Background, Depth};
use super::super::tree::Tree;
use super::super::update::{Event, update};
use super::{Browser, check, key_event, text_of};

fn open(depth: Depth) -> Browser {
    let mut browser = Browser::open("go_cpu.pb.gz", (100, 30), depth);
    browser.press("2");
    browser
}

/// What each path of a tree weighs, by the names on the way to it.
fn by_path(tree: &Tree) -> HashMap<Vec<String>, i64> {
    let name = |frame: u32| tree.names.name(frame).to_owned();
    let row = |node: u32| (tree.path(node).into_iter().map(name).collect(), tree.node(node).total);
    (1..tree.len() as u32).map(row).collect()
}

#[test]
fn a_key_goes_through_all_and_a_chip_tells_which_it_is() {
    let mut browser = open(Depth::Indexed);
    for (by, text) in [
        (ColorBy::Binary, "[colours by binary ×]"),
        (ColorBy::Own, "[colours by own weight ×]"),
        (ColorBy::Kind, "[colours by kernel, inlined, other ×]"),
        (ColorBy::Label, "[colours by label tenant ×]"),
        (ColorBy::Package, ""),
    ] {
        let before = browser.picture();
        browser.press("K");
        assert_eq!(browser.state.coloring.by, by);
        let picture = browser.picture();
        assert!(text_of(&picture, false).contains(text), "{}", text_of(&picture, false));
        assert_eq!(text_of(&picture, false).contains("[colours"), !text.is_empty());
        assert_ne!(before, picture);
    }
    browser.press("K");
    browser.click(3, 2);
    assert_eq!(browser.state.coloring.by, ColorBy::Package, "a click on the chip takes it away");
    browser.write(":color=route");
    assert!(text_of(&browser.picture(), false).contains("[colours by label route ×]"));
    browser.write(":color=own");
    assert_eq!(browser.state.coloring.by, ColorBy::Own);
}

#[test]
fn a_label_colours_boxes_by_the_value_that_most_of_them_has() {
    for keys in ["", "v", "4 V"] {
        let mut browser = open(Depth::True);
        browser.press("down down down down down down");
        if !keys.is_empty() {
            browser.press(keys);
        }
        browser.write(":color=tenant");
        let tree = |browser: &Browser| match super::super::sandwich::halves(&browser.state) {
            Some(halves) if keys == "4 V" => halves.callers.clone(),
            _ => Tree::clone(browser.state.tree.as_ref().expect("it is answered")),
        };
        let colored = tree(&browser);
        let (whole, tints) = (by_path(&colored), colored.tints.clone().expect("it was asked for"));
        let mut by_value: HashMap<Vec<String>, Vec<(i64, String)>> = HashMap::new();
        for value in ["initech", "acme", "globex"] {
            browser.write(&format!(":label=tenant={value}"));
            for (path, weight) in by_path(&tree(&browser)) {
                by_value.entry(path).or_default().push((weight, value.to_owned()));
            }
            browser.press("u");
        }
        let name = |frame: u32| colored.names.name(frame).to_owned();
        for node in 1..colored.len() as u32 {
            let path: Vec<String> = colored.path(node).into_iter().map(name).collect();
            let values = by_value.get(&path).cloned().unwrap_or_default();
            let labelled: i64 = values.iter().map(|(weight, _)| weight).sum();
            let most = values.iter().map(|(weight, _)| *weight).max().unwrap_or(0);
            match tints.of(node) {
                Some((value, share)) => {
                    assert!(values.contains(&(most, value.to_owned())), "{path:?}: {value} of {values:?}");
                    assert!((share - most as f64 / whole[&path] as f64).abs() < 1e-6, "{path:?}: {share}");
                }
                None => assert!(whole[&path] - labelled >= most, "{path:?}: none of {values:?}"),
            }
        }
    }
}

#[test]
fn without_colours_nothing_changes() {
    let mut browser = open(Depth::Mono);
    let before = browser.picture();
    browser.press("K");
    assert!(browser.state.message.as_ref().is_some_and(|message| message.text == "there are no colours here"));
    browser.press("esc");
    assert_eq!(browser.picture(), before);
    browser.state.coloring.by = ColorBy::Label;
    browser.press("3 2");
    assert_eq!(text_of(&browser.picture(), false), text_of(&before, false), "nor by a configuration");
    assert!(browser.state.tree.as_ref().is_some_and(|tree| tree.tints.is_none()), "nobody asked");
}

#[test]
fn pictures_in_all_colours_are_as_they_were() {
    for (depth, name) in [(Depth::Indexed, "256"), (Depth::Basic, "16")] {
        for (by, file) in
            [("own", "go_cpu.pb.gz"), ("kind", "cpp_cpu.pb.gz"), ("binary", "cpp_cpu.pb.gz"), ("label", "go_cpu.pb.gz")]
        {
            let mut browser = Browser::open(file, (80, 16), depth);
            browser.press("2 down down down");
            browser.write(&format!(":color-{by}"));
            browser.press("down");
            check(&format!("colors-{by}.{name}"), &browser);
        }
    }
}

#[test]
fn colours_follow_what_the_terminal_says_of_its_background() {
    let mut browser = open(Depth::Indexed);
    let dark = browser.picture();
    browser.happen(Event::Background(Background::Light));
    let light = browser.picture();
    assert_ne!(dark, light);
    assert_eq!(text_of(&dark, false), text_of(&light, false), "nothing else changes");
    let mut given = open(Depth::Indexed);
    given.state.theme.background = Background::Light;
    assert_eq!(light, given.picture(), "it is what --theme does");
    browser.happen(Event::Background(Background::Dark));
    assert_eq!(browser.picture(), dark);
    // What is still seen of another scope has the new colours too.
    update(&mut browser.state, Event::Key(key_event("t")));
    let before = browser.picture();
    update(&mut browser.state, Event::Background(Background::Light));
    assert!(browser.state.seen_before().is_some());
    assert_eq!(text_of(&before, false), text_of(&browser.picture(), false));
    assert_ne!(before, browser.picture());
    let boxes = |picture: &ratatui::buffer::Buffer| picture[(50, 8)].bg;
    assert_eq!(boxes(&browser.picture()), boxes(&light));
    assert_ne!(boxes(&dark), boxes(&light));
}

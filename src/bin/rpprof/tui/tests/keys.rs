//! Keys that lead back, copy, and hide.

use crossterm::event::{KeyModifiers, MouseEvent, MouseEventKind};
use rpprof::report;

use super::super::state::{Effect, Order, View};
use super::super::theme::Depth;
use super::super::update::Event;
use super::{Browser, text_of};

fn open() -> Browser {
    Browser::open("go_cpu.pb.gz", (100, 30), Depth::Mono)
}

fn lines(browser: &Browser) -> Vec<String> {
    text_of(&browser.picture(), false).lines().map(str::to_owned).collect()
}

#[test]
fn one_goes_back_to_what_was_seen_and_forward_again() {
    let mut browser = open();
    browser.press("down down enter");
    let second = browser.state.selected.clone();
    browser.press("up enter");
    let third = browser.state.selected.clone();
    assert_ne!(second, third);
    browser.press("2");
    let seen = |browser: &Browser| (browser.state.view, browser.state.selected.clone());
    for (key, expected) in [
        ("[", (View::Butterfly, third.clone())),
        ("[", (View::Butterfly, second.clone())),
        ("[", (View::Top, second.clone())),
        ("]", (View::Butterfly, second)),
        ("]", (View::Butterfly, third.clone())),
        ("]", (View::Flame, third)),
    ] {
        browser.press(key);
        assert_eq!(seen(&browser), expected, "{key}");
        assert!(!browser.state.is_missing());
    }
    browser.press("]");
    assert!(browser.state.message.is_some());
}

#[test]
fn siblings_are_as_deep() {
    let mut browser = open();
    browser.press("3 right down");
    let tree = browser.state.tree.clone().expect("it is answered");
    let depth = |browser: &Browser| {
        let row = browser.state.place_in(View::Tree).row;
        (row, tree.node(browser.state.tree_rows[row]).depth)
    };
    browser.press("up");
    let (first, outermost) = depth(&browser);
    browser.press("w");
    let (second, same) = depth(&browser);
    assert!(second > first + 1, "what is unfolded is passed by");
    assert_eq!(same, outermost);
    browser.press("b");
    assert_eq!(depth(&browser), (first, outermost));
}

#[test]
fn rows_and_paths_are_copied() {
    let mut browser = open();
    browser.write(":copy-tsv");
    browser.write(":copy-markdown");
    browser.press("3 H");
    browser.write(":copy-path");
    let copied: Vec<&str> = browser
        .effects
        .iter()
        .map(|effect| if let Effect::Copy(text) = effect { text.as_str() } else { panic!("not {effect:?}") })
        .collect();
    assert_eq!(copied[0], "flat\tflat%\tcum\tcum%\tfunction\n440ms\t7.21%\t930ms\t15.25%\tsort.partition");
    assert!(
        copied[1].ends_with("\n| --- | --- | --- | --- | --- |\n| 440ms | 7.21% | 930ms | 15.25% | sort.partition |")
    );
    let path: Vec<&str> = copied[2].lines().collect();
    assert_eq!(path.first(), Some(&"sync.(*WaitGroup).Go.func1"));
    assert_eq!(path.last().copied(), browser.state.current().as_deref());
}

#[test]
fn the_line_of_keys_is_hidden_and_what_is_told_is_not() {
    let mut browser = open();
    let last = |browser: &Browser| text_of(&browser.picture(), false).lines().last().unwrap_or_default().to_owned();
    assert!(last(&browser).starts_with("? help"));
    let rows = super::super::view::list_height(&browser.state);
    browser.write(":hints");
    assert_eq!(super::super::view::list_height(&browser.state), rows + 1);
    assert!(last(&browser).starts_with("self 440ms"));
    browser.press("/");
    assert!(last(&browser).starts_with('/'));
}

#[test]
fn columns_and_granularities_have_keys() {
    let mut browser = open();
    for (key, order) in
        [(">", Order::Cum), (">", Order::Name), (">", Order::Flat), ("<", Order::Name), ("<", Order::Cum)]
    {
        browser.press(key);
        assert_eq!(browser.state.order, order, "{key}");
    }
    for (keys, name) in [
        ("g l", "lines"),
        ("g a", "addresses"),
        ("g F", "files"),
        ("g c", "packages"),
        ("g m", "modules"),
        ("g n", "functions"),
        ("g f", "functions"),
    ] {
        browser.press(keys);
        assert_eq!(super::super::scope::granularity_name(browser.state.scope.granularity), name);
    }
    browser.press("B");
    assert_eq!(browser.state.prompt.as_ref().map(|prompt| prompt.text.as_str()), Some("base "));
}

#[test]
fn percentages_are_of_the_whole_or_of_what_is_shown() {
    let mut browser = open();
    browser.write(":focus=main");
    let row = |browser: &Browser| lines(browser)[4].clone();
    let shown = browser.state.table.as_ref().map_or(0, |table| table.shown);
    let first = browser.state.table_row(0).expect("there are rows");
    let share = |whole: i64| report::percent(first.flat_sum, whole).trim().to_owned();
    assert!(row(&browser).contains(&share(browser.state.total())), "{}", row(&browser));
    browser.press("%");
    assert!(row(&browser).contains(&share(shown)), "{}", row(&browser));
    assert_ne!(share(shown), share(browser.state.total()));
    assert!(lines(&browser)[2].contains("% of what is shown"));
    browser.press("2 down enter");
    assert!(lines(&browser)[3].contains("100%"), "what is zoomed to is all: {}", lines(&browser)[3]);
    browser.press("%");
    let list = lines(&browser);
    assert!(list[3..8].iter().all(|line| !line.contains('%')), "values alone: {list:?}");
    browser.press("1");
    assert!(!row(&browser).contains('%') && !lines(&browser)[3].contains('%'));
    browser.press("%");
    assert!(row(&browser).contains(&share(browser.state.total())));
}

#[test]
fn what_the_mouse_was_over_is_forgotten_with_its_tree() {
    let mut browser = open();
    browser.press("2");
    let area = super::super::view::list_area(&browser.state);
    let hovered = (area.y..area.y + area.height).filter_map(|row| {
        let kind = MouseEventKind::Moved;
        browser.happen(Event::Mouse(MouseEvent { kind, column: 40, row, modifiers: KeyModifiers::NONE }, 0));
        browser.state.hovered
    });
    assert!(hovered.last().is_some());
    browser.write(":focus=^sort\\.partition$");
    browser.press("v");
    assert_eq!(browser.state.hovered, None);
    browser.picture();
}

#[test]
fn one_goes_on_from_a_function_to_its_file_or_line_and_back() {
    let mut browser = open();
    browser.press("down down down enter");
    let function = browser.state.selected.clone();
    let center = |browser: &Browser| browser.state.calls.as_ref().expect("it is answered").center_name().to_owned();
    assert_eq!(center(&browser), function);
    browser.press("g F");
    assert!(center(&browser).ends_with(".go"), "{}", center(&browser));
    assert!(lines(&browser).iter().any(|line| line.contains(&center(&browser))));
    browser.press("g l");
    assert!(center(&browser).starts_with(&function) && center(&browser) != function, "{}", center(&browser));
    browser.press("g f");
    assert_eq!(center(&browser), function);
    // Somebody who chose a line sees its function.
    browser.press("g l 1 enter");
    let line = browser.state.selected.clone();
    browser.press("g f");
    assert!(line.starts_with(&center(&browser)) && center(&browser) != line, "{line}: {}", center(&browser));
}

#[test]
fn headings_say_what_rows_are() {
    let mut browser = open();
    for (keys, word) in [("g F", "file"), ("3 g c", "package"), ("g m", "module"), ("1", "module"), ("g f", "function")]
    {
        browser.press(keys);
        assert!(
            lines(&browser).iter().any(|line| line.trim_end().ends_with(word)),
            "{keys}: {:?}",
            &lines(&browser)[..5]
        );
    }
}

#[test]
fn calls_whose_indentation_has_no_place_are_marked() {
    for (width, file) in [(80, "go_cpu.pb.gz"), (40, "go_cpu.pb.gz"), (80, "runs")] {
        let mut browser = match file {
            "runs" => Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (width, 60), Depth::Mono),
            file => Browser::open(file, (width, 60), Depth::Mono),
        };
        browser.press("3 home");
        let marked = |browser: &Browser| lines(browser).iter().filter(|line| line.contains('«')).count();
        assert_eq!(marked(&browser), 0, "{file}");
        browser.press("H H H H");
        assert!(marked(&browser) > 2, "{file}: {:?}", lines(&browser));
        let lines = lines(&browser);
        let first = lines.iter().position(|line| line.contains("▾")).expect("there are paths");
        assert!(lines[first].contains("«▾"), "{:?}", lines[first]);
        let column = |line: &str| line.chars().position(|c| matches!(c, '▾' | '▸'));
        let (cut, rest): (Vec<_>, Vec<_>) = lines[first..].iter().partition(|line| line.contains('«'));
        let left = column(cut[0]);
        assert!(cut.iter().all(|line| column(line) == left), "{cut:?}");
        assert!(rest.iter().filter_map(|line| column(line)).all(|at| Some(at) >= left), "{rest:?}");
        browser.state.theme.is_ascii = true;
        assert_eq!(marked(&browser), 0);
    }
}

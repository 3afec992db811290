//! What is selected stays so whatever makes frames, and the cursor stays in its code.

use super::super::source_rows::SourceRow;
use super::super::state::View;
use super::super::theme::Depth;
use super::Browser;

#[test]
fn a_function_is_looked_at_by_its_package_its_file_and_its_lines_and_back() {
    for (keys, file) in [("4", "go_cpu.pb.gz"), ("4 V", "go_cpu.pb.gz"), ("4", "cpp_cpu.pb.gz")] {
        for start in ["f", "n", "F", "l", "a", "m", "c"] {
            let mut browser = Browser::open(file, (100, 24), Depth::Mono);
            browser.press(&format!("g {start} down {keys}"));
            let selected = browser.state.selected.clone();
            for granularity in ["f", "n", "F", "l", "a", "c", "m"] {
                browser.press(&format!("g {granularity}"));
                let middle = super::super::sandwich::middle(&browser.state).map(str::to_owned);
                assert!(middle.is_some() && !browser.state.is_busy(), "{file} {keys}: {start} to {granularity}");
                let picture = super::text_of(&browser.picture(), false);
                assert!(!picture.contains("leave nothing"), "{file} {keys}: {start} to {granularity}\n{picture}");
            }
            assert_eq!(browser.state.selected, selected);
        }
    }
}

#[test]
fn a_comparison_keeps_the_function_too() {
    for keys in ["4", "4 V"] {
        let mut browser = Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (100, 24), Depth::Mono);
        browser.press(&format!("o down down {keys}"));
        for granularity in ["n", "F", "l", "a", "c", "m", "f"] {
            browser.press(&format!("g {granularity}"));
            let picture = super::text_of(&browser.picture(), false);
            assert!(!picture.contains("leave nothing"), "{keys}: {granularity}\n{picture}");
        }
    }
}

#[test]
fn source_stays_that_of_the_function() {
    for start in ["f", "n", "l", "a"] {
        let mut browser = Browser::open("cpp_cpu.pb.gz", (100, 24), Depth::Mono);
        browser.press(&format!("g {start} down 5"));
        let rows = browser.state.row_count();
        assert!(rows > 1, "{start}");
        for granularity in ["f", "n", "F", "l", "a", "c", "m"] {
            browser.press(&format!("g {granularity}"));
            assert_eq!(browser.state.row_count(), rows, "{start} to {granularity}");
        }
    }
}

#[test]
fn the_cursor_stays_at_its_line_when_values_change() {
    let mut browser = Browser::open("cpp_cpu.pb.gz", (100, 24), Depth::Mono);
    browser.press("down 5 down down down");
    let place = browser.state.place_in(View::Source);
    for key in ["U", "U", "u", "i", "u", "t"] {
        browser.press(key);
        assert_eq!(browser.state.place_in(View::Source), place, "{key}");
    }
    let mut browser = Browser::compare("runs/old_1.pb.gz", "runs/new_1.pb.gz", (100, 24), Depth::Mono);
    browser.press("o 5 down down");
    let place = browser.state.place_in(View::Source);
    browser.press("=");
    assert_eq!(browser.state.place_in(View::Source), place);
    browser.press("1 down 5");
    let weights: Vec<u64> = browser.state.source_lines().iter().map(SourceRow::weight).collect();
    let row = browser.state.place_in(View::Source).row;
    assert_eq!(Some(&weights[row]), weights.iter().max(), "another function begins at its heaviest line");
}

#[test]
fn a_chip_says_where_there_are_sums_and_where_means() {
    let chip = |browser: &Browser| super::super::view::chips(&browser.state)[0].0.clone();
    let mut browser = Browser::open("go_allocs.pb.gz", (100, 24), Depth::Mono);
    browser.press("m");
    for (key, text) in [("1", "mean"), ("4", "sums; the table has means"), ("7", "sums; the table has means")] {
        browser.press(key);
        assert_eq!(chip(&browser), text);
    }
    let mut browser = Browser::open("go_allocs.pb.gz", (140, 24), Depth::Mono);
    browser.press("m");
    for (key, text) in
        [("1", "mean; beside it sums"), ("7", "sums; beside them means"), ("2", "sums; the table has means")]
    {
        browser.press(key);
        assert_eq!(chip(&browser), text);
    }
}

#[test]
fn what_a_filter_has_hidden_is_not_taken_for_something_else() {
    for granularity in ["f", "n", "F", "l", "a"] {
        let mut browser = Browser::open("go_cpu.pb.gz", (100, 24), Depth::Mono);
        browser.press(&format!("g {granularity} down 4 d"));
        let picture = super::text_of(&browser.picture(), false);
        assert!(picture.contains("leave nothing"), "{granularity}\n{picture}");
        browser.press("u");
        assert!(!super::text_of(&browser.picture(), false).contains("leave nothing"), "{granularity}");
    }
}

//! What the program prints, by the arguments that make it: a table of cases and a file for each.

#![cfg(feature = "cli")]

mod program;

use std::collections::BTreeSet;
use std::{env, fs};

use serde_json::Value;

/// The command that rewrites the files of this test.
const RENEW: &str = "RPPROF_BLESS=1 cargo test --test golden";

/// Cases: the name of the golden file, and the arguments.
const CASES: &[(&str, &str)] = &[
    // The table of frames.
    ("top", "top -n 12 go_cpu.pb.gz"),
    ("top.text", "text -n 3 go_cpu.pb.gz"),
    ("top.all", "top go_mutex.pb.gz"),
    ("top.cum", "top --cum -n 12 go_cpu.pb.gz"),
    ("top.min_share", "top --min-share 0.05 go_cpu.pb.gz"),
    ("top.min_share_0", "top --min-share 0 go_block.pb.gz"),
    ("top.one_sample", "top go_threadcreate.pb.gz"),
    ("top.cpp", "top -n 10 cpp_cpu.pb.gz"),
    ("top.rust", "top -n 10 rust_cpu.pb.gz"),
    ("top.tokio", "top -n 10 --cum --label route=/sort --symbolize none tokio_cpu.pb.gz"),
    ("top.tokio_heap", "top -n 5 --symbolize none tokio_heap.pb.gz"),
    ("top.example_cpu", "top -n 8 --cum --label tenant=acme --symbolize none example_cpu.pb.gz"),
    // What makes a row.
    ("top.functions", "top -g functions -n 8 go_cpu.pb.gz"),
    ("top.filefunctions", "top -g filefunctions -n 8 go_cpu.pb.gz"),
    ("top.files", "top -g files -n 8 go_cpu.pb.gz"),
    ("top.lines", "top -g lines -n 8 go_cpu.pb.gz"),
    ("top.addresses", "top -g addresses -n 8 go_cpu.pb.gz"),
    ("top.lines_cpp", "top -g lines -n 8 cpp_cpu.pb.gz"),
    ("top.columns", "top -g lines --show-columns -n 8 cpp_cpu.pb.gz"),
    ("top.no_inlines", "top --no-inlines -n 8 cpp_cpu.pb.gz"),
    ("top.no_inlines_lines", "top --no-inlines -g lines -n 8 cpp_cpu.pb.gz"),
    // Columns of values and units.
    ("top.samples", "top -t samples -n 5 go_cpu.pb.gz"),
    ("top.column_0", "top --sample-type 0 -n 5 go_cpu.pb.gz"),
    ("top.contentions", "top --sample-index contentions go_mutex.pb.gz"),
    ("top.heap", "top -n 5 go_heap.pb.gz"),
    ("top.allocs", "top -n 5 go_allocs.pb.gz"),
    ("top.inuse_objects", "top -t inuse_objects -n 5 go_heap.pb.gz"),
    ("top.ms", "top -u ms -n 5 go_cpu.pb.gz"),
    ("top.auto", "top -u auto --cum -n 12 go_cpu.pb.gz"),
    ("top.megabytes", "top --unit MB -n 5 go_heap.pb.gz"),
    // Filters.
    ("top.focus", "top --focus store -n 8 go_cpu.pb.gz"),
    ("top.ignore", "top --ignore ^runtime -n 8 go_cpu.pb.gz"),
    ("top.hide", "top --hide ^(runtime|sort) -n 8 go_cpu.pb.gz"),
    ("top.show", "top --show ^example -n 8 go_cpu.pb.gz"),
    ("top.show_from", "top --show-from store --cum -n 8 go_cpu.pb.gz"),
    ("top.all_frames", "top --all-frames --cum -n 8 cpp_cpu.pb.gz"),
    ("top.filters", "top -f example -i regexp --hide sort --show-from orders -n 8 go_cpu.pb.gz"),
    // Several files.
    ("top.twice", "top go_mutex.pb.gz go_mutex.pb.gz"),
    ("top.several", "top -n 8 go_mutex.pb.gz go_block.pb.gz"),
    ("top.common_types", "top -n 8 cpp_cpu.pb.gz go_cpu.pb.gz rust_cpu.pb.gz"),
    // JSON.
    ("top.json", "top --json -n 3 go_cpu.pb.gz"),
    ("top.json_inlines", "top --json -g lines -n 4 --focus Trie cpp_cpu.pb.gz"),
    ("info.json", "info --json go_cpu.pb.gz"),
    // Other forms.
    ("top.csv", "top --format csv -n 4 go_cpu.pb.gz"),
    ("top.markdown", "top --format markdown -n 4 go_cpu.pb.gz"),
    ("top.divide_by", "top --divide-by 4 -n 4 go_cpu.pb.gz"),
    ("top.relative", "top --relative --focus store -n 4 go_cpu.pb.gz"),
    // Callers and callees.
    ("tree", "tree -n 6 go_cpu.pb.gz"),
    ("tree.cum", "tree --cum -n 4 cpp_cpu.pb.gz"),
    ("tree.all", "tree go_mutex.pb.gz"),
    ("tree.lines", "tree -g lines -n 3 --focus Trie cpp_cpu.pb.gz"),
    ("tree.json", "tree --json -n 2 go_mutex.pb.gz"),
    ("tree.csv", "tree --format csv -n 2 go_mutex.pb.gz"),
    ("peek", "peek discount|Parse go_cpu.pb.gz"),
    ("peek.json", "peek --json Unlock go_mutex.pb.gz"),
    // The call tree.
    ("calls", "calls --min-share 0.03 go_cpu.pb.gz"),
    ("calls.depth", "calls --max-depth 3 cpp_cpu.pb.gz"),
    ("calls.bottom_up", "calls --bottom-up --min-share 0.02 go_cpu.pb.gz"),
    ("calls.focus", "calls --focus sort --relative --min-share 0.05 go_cpu.pb.gz"),
    ("calls.heap", "calls -t inuse_space --min-share 0.1 go_heap.pb.gz"),
    ("calls.json", "calls --json --min-share 0.2 go_mutex.pb.gz"),
    ("calls.markdown", "calls --format markdown --min-share 0.3 go_mutex.pb.gz"),
    // Graphs for other programs.
    ("dot", "dot -n 12 go_cpu.pb.gz"),
    ("top.collapse", "top -n 8 --collapse runtime --collapse-recursion --focus store --focus mallocgc go_cpu.pb.gz"),
    ("top.focus_path", "top -n 8 --focus-path ^sync;^main\\.run\\. go_cpu.pb.gz"),
    ("calls.focus_leaf_path", "calls --min-share 0.02 --focus-leaf-path byRevenue;insertionSort go_cpu.pb.gz"),
    ("top.collapse_callees", "top -n 8 --collapse-callees store --ignore ^runtime\\.gc go_cpu.pb.gz"),
    ("top.packages", "top -g packages -n 8 go_cpu.pb.gz"),
    ("top.modules", "top -g modules -n 8 cpp_cpu.pb.gz"),
    ("top.packages_of_heap", "top -g packages -n 8 -t alloc_space tokio_heap.pb.gz"),
    ("calls.packages", "calls -g packages --min-share 0.02 go_cpu.pb.gz"),
    ("calls.modules", "calls -g modules --bottom-up --min-share 0.02 cpp_cpu.pb.gz"),
    ("peek.packages", "peek -g packages store go_cpu.pb.gz"),
    ("diff.packages", "diff -g packages runs/old_1.pb.gz runs/new_1.pb.gz"),
    ("dot.call_tree", "dot --call-tree -n 12 go_mutex.pb.gz"),
    ("dot.heap", "dot -n 12 go_heap.pb.gz"),
    ("callgrind", "callgrind --focus discount go_cpu.pb.gz"),
    ("callgrind.call_tree", "callgrind --call-tree go_threadcreate.pb.gz"),
    // Two sides.
    ("diff", "diff runs/old_1.pb.gz runs/new_1.pb.gz"),
    ("diff.same", "diff go_cpu.pb.gz go_cpu.pb.gz"),
    ("diff.cum", "diff --cum -n 12 runs/old_1.pb.gz runs/new_1.pb.gz"),
    ("diff.all", "diff --all --min-share 0.1 runs/old_1.pb.gz runs/new_1.pb.gz"),
    ("diff.removed", "diff go_block.pb.gz go_mutex.pb.gz"),
    ("diff.removed_contentions", "diff -t contentions go_block.pb.gz go_mutex.pb.gz"),
    (
        "diff.runs",
        "diff --cum -n 12 --old runs/old_1.pb.gz,runs/old_2.pb.gz,runs/old_3.pb.gz --new runs/new_1.pb.gz --new runs/new_2.pb.gz,runs/new_3.pb.gz",
    ),
    (
        "diff.run_and_runs",
        "diff --cum -n 8 --old runs/old_1.pb.gz,runs/old_2.pb.gz,runs/old_3.pb.gz --new runs/new_1.pb.gz",
    ),
    ("diff.duration", "diff -n 6 go_cpu.pb.gz runs/new_1.pb.gz"),
    ("diff.total", "diff -n 6 --normalize total go_cpu.pb.gz runs/new_1.pb.gz"),
    ("diff.none", "diff -n 6 --normalize none --confidence 0.99 go_cpu.pb.gz runs/new_1.pb.gz"),
    ("diff.matching", "diff -n 6 --normalize Marshal go_cpu.pb.gz runs/new_1.pb.gz"),
    ("diff.heap", "diff -n 6 go_allocs.pb.gz go_heap.pb.gz"),
    ("diff.exact_names", "diff --exact-names --cum -n 12 go_block.pb.gz go_mutex.pb.gz"),
    ("diff.lines", "diff -g lines -n 6 -u ms runs/old_1.pb.gz runs/new_1.pb.gz"),
    ("diff.focus", "diff --focus Search --hide ^runtime -n 6 runs/old_1.pb.gz runs/new_1.pb.gz"),
    ("diff.markdown", "diff --cum -n 6 --format markdown runs/old_1.pb.gz runs/new_1.pb.gz"),
    ("diff.markdown_same", "diff --format markdown go_cpu.pb.gz go_cpu.pb.gz"),
    ("diff.csv", "diff --cum -n 6 --format csv runs/old_1.pb.gz runs/new_1.pb.gz"),
    ("diff.json", "diff --cum -n 2 --json runs/old_1.pb.gz runs/new_1.pb.gz"),
    ("check", "check --max ^encoding/json=40% --max-flat sort=2s go_cpu.pb.gz"),
    (
        "check.growth",
        "check --base runs/old_1.pb.gz --max-growth Marshal=50% --max-growth-flat sort=1s runs/new_1.pb.gz",
    ),
    ("check.csv", "check --base runs/old_1.pb.gz --max-growth sort=5% --max sort=90% --format csv runs/new_1.pb.gz"),
    ("check.json", "check --base runs/old_1.pb.gz --max-growth sort=5% --max absent=5% --json runs/new_1.pb.gz"),
    ("check.markdown", "check --budgets budgets.toml --base runs/old_1.pb.gz --format markdown runs/new_1.pb.gz"),
    // What a profile holds.
    ("info.go_cpu", "info go_cpu.pb.gz"),
    ("info.go_heap", "info go_heap.pb.gz"),
    ("info.go_allocs", "info go_allocs.pb.gz"),
    ("info.go_mutex", "info go_mutex.pb.gz"),
    ("info.go_block", "info go_block.pb.gz"),
    ("info.go_goroutine", "info go_goroutine.pb.gz"),
    ("info.go_threadcreate", "info go_threadcreate.pb.gz"),
    ("info.cpp_cpu", "info cpp_cpu.pb.gz"),
    ("info.cpp_heap", "info cpp_heap.pb.gz"),
    ("info.rust_cpu", "info rust_cpu.pb.gz"),
    ("info.tokio_cpu", "info tokio_cpu.pb.gz"),
    ("info.tokio_heap", "info tokio_heap.pb.gz"),
    ("info.example_leak", "info example_leak.pb.gz"),
    ("info.csv", "info --format csv go_heap.pb.gz"),
    ("info.markdown", "info --format markdown rust_cpu.pb.gz"),
    ("info.several", "info go_mutex.pb.gz go_block.pb.gz"),
    // All of it.
    ("raw.go_mutex", "raw go_mutex.pb.gz"),
    ("raw.rust_connections", "raw legacy/rust_connections.txt"),
    ("raw.go_goroutine", "raw go_goroutine.pb.gz"),
    ("raw.go_threadcreate", "raw go_threadcreate.pb.gz"),
    ("raw.focus", "raw --focus store go_goroutine.pb.gz"),
    ("raw.hide", "raw --hide ^(runtime|sync) go_block.pb.gz"),
    ("raw.json", "raw --json --label bytes>=8kb cpp_heap.pb.gz"),
    ("raw.json_labels", "raw --format json --focus store --label-hide tenant go_goroutine.pb.gz"),
    ("raw.csv", "raw --format csv go_goroutine.pb.gz"),
    ("raw.csv_numbers", "raw --format csv --label bytes>=64kb go_heap.pb.gz"),
    ("raw.markdown", "raw --format markdown --hide ^(runtime|sync) go_mutex.pb.gz"),
    ("raw.several", "raw go_goroutine.pb.gz go_goroutine.pb.gz"),
    // Labels.
    ("tags", "tags go_cpu.pb.gz"),
    ("tags.heap", "tags -n 5 -t inuse_objects go_heap.pb.gz"),
    ("tags.none", "tags go_mutex.pb.gz"),
    ("tags.filtered", "tags --label route=search --label-hide route --focus store go_cpu.pb.gz"),
    ("tags.json", "tags --json --label-show tenant go_goroutine.pb.gz"),
    ("tags.csv", "tags --format csv rust_cpu.pb.gz"),
    ("tags.markdown", "tags --format markdown go_goroutine.pb.gz"),
    ("traces", "traces go_goroutine.pb.gz"),
    ("traces.label", "traces -g lines --label not(route) --prune-from ^sync go_goroutine.pb.gz"),
    ("traces.json", "traces --json --label tenant!=acme --no-inlines go_goroutine.pb.gz"),
    ("traces.csv", "traces --format csv --label-hide tenant go_goroutine.pb.gz"),
    ("comments", "comments go_mutex.pb.gz"),
    ("comments.json", "comments --json go_mutex.pb.gz"),
    ("top.label", "top --label (tenant=acme)or(route=~^w) -n 8 go_cpu.pb.gz"),
    ("top.label_number", "top --label bytes>=1.5kb --label bytes<64kb -n 8 go_heap.pb.gz"),
    ("top.group_by", "top --group-by tenant,route --cum -n 12 go_cpu.pb.gz"),
    ("folded.group_by", "flame --folded --group-by route,tenant --focus store --min-share 0.05 go_cpu.pb.gz"),
    ("raw.label", "raw --label route=watch --label-hide tenant go_goroutine.pb.gz"),
    // Annotated source.
    ("list", "list store.*walk$|Revenue --source-path programs/go go_cpu.pb.gz"),
    ("list.context", "list orders/store -C 1 --source-path programs/go go_cpu.pb.gz"),
    ("list.color", "list walk$ --color always --source-path programs/go go_cpu.pb.gz"),
    ("list.samples", "list Search$ -C 0 -t samples --source-path programs/go go_cpu.pb.gz"),
    ("list.unit", "list Search$ -C 0 -u ms --source-path programs/go go_cpu.pb.gz"),
    ("list.focus", "list walk$ -C 0 -f report --source-path programs/go go_cpu.pb.gz"),
    ("list.heap", "list place$ --source-path programs/go --trim-path example.com/orders go_heap.pb.gz"),
    ("list.cpp", "list LogScorer --source-path programs/cpp cpp_cpu.pb.gz"),
    ("list.no_inlines", "list Catalogue::search -C 2 --no-inlines --source-path programs/cpp cpp_cpu.pb.gz"),
    ("list.rust", "list rank::merge|movements::parse --source-path programs/rust rust_cpu.pb.gz"),
    ("list.my_code", "list rank::merge --my-code --source-path programs/rust rust_cpu.pb.gz"),
    ("list.json", "list walk$ -C 0 --json --source-path programs/go go_cpu.pb.gz"),
    ("list.csv", "list walk$ -C 0 --format csv --source-path programs/go go_cpu.pb.gz"),
    ("list.markdown", "list walk$ -C 0 --format markdown --source-path programs/go go_cpu.pb.gz"),
    // Libraries count for their callers.
    ("top.my_code", "top --my-code go_cpu.pb.gz"),
    ("top.my_code_rust", "top --my-code rust_cpu.pb.gz"),
    ("top.my_code_cpp", "top --my-code cpp_cpu.pb.gz"),
    ("top.my_code_focus", "top --my-code -f json --min-share 0 go_cpu.pb.gz"),
    ("top.my_code_heap", "top --my-code --cum go_heap.pb.gz"),
    ("folded.my_code", "flame --folded --my-code go_mutex.pb.gz"),
    // Flame graphs for programs.
    ("flame.json", "flame --json --min-share 0.1 go_mutex.pb.gz"),
    ("folded", "flame --folded go_mutex.pb.gz"),
    ("flame.speedscope", "flame --speedscope go_mutex.pb.gz"),
    ("flame.html", "flame --html --title mutex go_mutex.pb.gz"),
    ("folded.reverse", "flame --folded --reverse go_mutex.pb.gz"),
    ("folded.contentions", "flame --folded -t contentions go_block.pb.gz"),
    ("folded.lines", "flame --folded -g lines go_block.pb.gz"),
    ("folded.files", "flame --folded -g files --focus Catalogue cpp_heap.pb.gz"),
    ("folded.hide", "flame --folded --hide ^runtime go_goroutine.pb.gz"),
    ("folded.no_inlines", "flame --folded --no-inlines --min-share 0.05 go_heap.pb.gz"),
    ("folded.rust", "flame --folded --show inventory --min-share 0.05 rust_cpu.pb.gz"),
];

/// Marks what a case printed on standard error.
const ERROR_MARK: &str = "--- standard error\n";

/// Returns all that the program prints, which must be text.
fn printed(arguments: &str) -> String {
    let output = program::run(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "rpprof {arguments}: {errors}");
    let mut text = String::from_utf8(output.stdout).expect("the output is text");
    if !errors.is_empty() {
        text.push_str(ERROR_MARK);
        text.push_str(&errors);
    }
    text
}

/// Compares what was printed with the golden file, or writes that; returns what differs.
fn check(name: &str, arguments: &str, printed: &str) -> Result<(), String> {
    let path = program::testdata().join("golden").join(format!("{name}.txt"));
    if env::var_os("RPPROF_BLESS").is_some_and(|value| value == "1") {
        return fs::write(&path, printed).map_err(|error| format!("cannot write {}: {error}", path.display()));
    }
    let golden = fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    if golden == printed {
        return Ok(());
    }
    let same = golden.lines().zip(printed.lines()).take_while(|(one, other)| one == other).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(the end)").to_owned();
    let place = format!("{name}, line {}: rpprof {arguments}", same + 1);
    Err(format!("{place}\n  golden:  {}\n  printed: {}", line(&golden), line(printed)))
}

/// The mark of a JSON document.
const JSON_START: char = '{';

/// Forbids fields that a schema does not name, so that none goes without documentation.
fn close(schema: &mut Value) {
    if let Value::Object(fields) = schema {
        if fields.contains_key("properties") {
            fields.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
        fields.values_mut().for_each(close);
    } else if let Value::Array(items) = schema {
        items.iter_mut().for_each(close);
    }
}

#[test]
fn json_is_what_its_schema_says() {
    let mut checked = BTreeSet::new();
    for (name, arguments) in CASES {
        let printed = printed(arguments);
        // The form of other programs is theirs.
        if !printed.starts_with(JSON_START) || arguments.contains("--speedscope") {
            continue;
        }
        let report = arguments.split(' ').next().expect("a case has arguments");
        let schema = program::run(&format!("schema {report}"));
        assert!(schema.status.success(), "{report} writes JSON and has no schema");
        let mut schema = serde_json::from_slice(&schema.stdout).expect("a schema is JSON");
        close(&mut schema);
        let validator = jsonschema::validator_for(&schema).expect("a schema is one");
        let output = printed.split(ERROR_MARK).next().unwrap_or_default();
        let document = serde_json::from_str(output).expect("the output is JSON");
        let errors: Vec<String> =
            (validator.iter_errors(&document)).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: rpprof {arguments}\n{}", errors.join("\n"));
        checked.insert(report);
    }
    // Machine code needs the binary that ran; tests/disasm.rs builds one.
    let all: BTreeSet<&str> = rpprof::report::SCHEMAS.into_iter().filter(|&report| report != "disasm").collect();
    assert_eq!(checked, all, "each report with a schema has a case");
}

#[test]
fn the_program_prints_what_the_golden_files_say() {
    let differences: Vec<String> =
        CASES.iter().filter_map(|(name, arguments)| check(name, arguments, &printed(arguments)).err()).collect();
    assert!(differences.is_empty(), "{}\nrenew with: {RENEW}", differences.join("\n"));
}

#[test]
fn every_golden_file_has_its_case() {
    let folder = fs::read_dir(program::testdata().join("golden")).expect("the folder is there");
    for entry in folder {
        let name = entry.expect("the folder can be read").file_name().into_string().expect("names are text");
        let case = name.strip_suffix(".txt").expect("golden files are texts");
        assert!(case == MERGED || CASES.iter().any(|(name, _)| *name == case), "{name} has no case");
    }
}

/// The golden file of [`a_merged_file_says_what_its_sources_said_together`].
const MERGED: &str = "merge";

#[test]
fn a_merged_file_says_what_its_sources_said_together() {
    let file = format!("{}/merged.pb.gz", env!("CARGO_TARGET_TMPDIR"));
    assert_eq!(printed(&format!("merge go_block.pb.gz go_mutex.pb.gz -o {file}")), "");
    let raw = printed(&format!("raw {file}"));
    assert_eq!(raw, printed("raw go_block.pb.gz go_mutex.pb.gz"));
    check(MERGED, "merge go_block.pb.gz go_mutex.pb.gz", &raw).expect("as in the golden file");
}

/// Cases of filters that `merge` takes, each with a profile.
const FILTERED: &[&str] = &[
    "--focus pricing go_cpu.pb.gz",
    "--ignore ^runtime --hide ^sort go_cpu.pb.gz",
    "--show ^inventory rust_cpu.pb.gz",
    "--show-from store --prune-from walk go_cpu.pb.gz",
    "--label tenant=acme --label-hide route go_goroutine.pb.gz",
    "--label bytes>=8kb cpp_heap.pb.gz",
    "--group-by tenant go_cpu.pb.gz",
    "--focus Catalogue --all-frames cpp_heap.pb.gz",
    "--my-code go_cpu.pb.gz",
    "--focus Unlock go_mutex.pb.gz go_block.pb.gz",
];

#[test]
fn what_merge_writes_of_a_filter_is_what_reports_show_of_it() {
    let file = format!("{}/filtered.pb.gz", env!("CARGO_TARGET_TMPDIR"));
    let rows = |arguments: &str| {
        let top: Value = serde_json::from_str(&printed(arguments)).expect("the output is JSON");
        top["rows"].clone()
    };
    for arguments in FILTERED {
        assert_eq!(printed(&format!("merge -o {file} {arguments}")), "");
        let written = rows(&format!("top --json --min-share 0 {file} --all-frames"));
        assert_eq!(written, rows(&format!("top --json --min-share 0 {arguments}")), "{arguments}");
    }
    assert!(!printed(&format!("raw {file}")).contains("chanrecv"), "what no sample uses is not written");
}

/// Cases of flame graphs as pictures: arguments, and what the title says.
const DRAWN: &[(&str, &str)] = &[
    ("flame go_cpu.pb.gz", "orders: cpu, 6.10s in total"),
    ("flame go_heap.pb.gz", "orders: inuse_space, 27.55MB in total"),
    ("flame -t samples go_cpu.pb.gz", "orders: samples, 610 in total"),
    ("flame --unit ms go_cpu.pb.gz", "orders: cpu, 6100ms in total"),
    ("flame --inverted --reverse --width 900 cpp_cpu.pb.gz", "catalogue: cpu, 5.06s in total"),
    ("flame rust_cpu.pb.gz", "profile: cpu, 3.61s in total"),
    ("flame --title a<b&c go_mutex.pb.gz", "a&lt;b&amp;c"),
    ("diff --flame runs/old_1.pb.gz runs/new_1.pb.gz", "orders: cpu, 2.25s → 2.05s (-200ms)"),
    ("diff --flame --reverse --inverted go_block.pb.gz go_mutex.pb.gz", "orders: delay, 42.91s → 3.50s (-39.41s)"),
    ("diff --flame --title a<b&c --normalize a&b|main go_mutex.pb.gz go_mutex.pb.gz", "a&lt;b&amp;c"),
];

#[test]
fn flame_graphs_are_well_formed_and_say_what_they_show() {
    for (arguments, title) in DRAWN {
        let drawn = printed(arguments);
        check_elements(&drawn).unwrap_or_else(|error| panic!("rpprof {arguments}: {error}"));
        assert!(drawn.contains(&format!(">{title}<")), "rpprof {arguments}: no title {title}");
        assert!(drawn.contains("function search("), "rpprof {arguments}: no search");
        assert_eq!(drawn, printed(arguments), "rpprof {arguments}: not the same each time");
    }
}

#[test]
fn a_differential_flame_graph_says_of_each_box_how_it_changed() {
    let drawn = printed("diff --flame go_block.pb.gz go_mutex.pb.gz");
    for says in [
        ">main.(*service).watch (old 9.99s, new 6.20ms, -9.98s, &lt;0.01x, shrunk)<",
        ">sync.(*Mutex).Unlock (old 0, new 2.61s, +2.61s, -, new)<",
        ">all (old 42.91s, new 3.50s, -39.41s, 0.08x, shrunk)<",
        "</tspan> less, gone",
        "</tspan> more, new",
        "width: old + new | Normalized: no, values as measured",
    ] {
        assert!(drawn.contains(says), "{says} is missing");
    }
    let is_mark = |c: char| ('\u{e000}'..='\u{f8ff}').contains(&c) || c == '\u{fffd}';
    assert!(!drawn.contains(is_mark) && !drawn.contains("rpprof-"), "a mark was left");
}

/// Checks that the elements of an XML text are nested, and that text between them has no stray `<` or `&`.
fn check_elements(text: &str) -> Result<(), String> {
    let mut open = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        check_text(&rest[..start])?;
        rest = &rest[start..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
        let end_mark = skipped.iter().find(|(mark, _)| rest.starts_with(mark)).map_or(">", |(_, end)| end);
        let end = rest.find(end_mark).ok_or("an element does not end")? + end_mark.len();
        let (element, after) = rest.split_at(end);
        rest = after;
        if end_mark != ">" || element.starts_with("<!") || element.ends_with("/>") {
            continue;
        }
        let name = element.trim_matches(['<', '>', '/']).split_whitespace().next().unwrap_or_default();
        if !element.starts_with("</") {
            check_text(element)?;
            open.push(name);
        } else if open.pop() != Some(name) {
            return Err(format!("{element} ends another element"));
        }
    }
    check_text(rest)?;
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} do not end")) }
}

/// Checks that each `&` begins an entity.
fn check_text(text: &str) -> Result<(), String> {
    for part in text.split('&').skip(1) {
        let entity = part.split(';').next().unwrap_or_default();
        let is_known = matches!(entity, "amp" | "lt" | "gt" | "quot" | "apos") || entity.starts_with('#');
        if !is_known || entity.len() == part.len() {
            return Err(format!("a stray & before {part:?}"));
        }
    }
    Ok(())
}

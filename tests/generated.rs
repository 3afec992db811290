//! Files that are generated and committed: each is made anew and compared with what the tree has.

use std::path::Path;
use std::{env, fs};

/// The command that rewrites the files of this test.
const RENEW: &str = "RPPROF_BLESS=1 cargo test --test generated";

/// Checks that the committed file at `path`, from the root of the tree, has the `expected` bytes; writes them if asked to.
fn check_fresh(path: &str, expected: &[u8]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var_os("RPPROF_BLESS").is_some_and(|value| value == "1") {
        fs::create_dir_all(file.parent().expect("the tree is a folder")).expect("the tree can be written");
        fs::write(&file, expected).unwrap_or_else(|error| panic!("cannot write {path}: {error}"));
        return;
    }
    let committed =
        fs::read(&file).unwrap_or_else(|error| panic!("cannot read {path}: {error}; renew it with: {RENEW}"));
    let same = committed.iter().zip(expected).take_while(|(one, other)| one == other).count();
    let line = 1 + expected[..same].iter().filter(|&&byte| byte == b'\n').count();
    assert!(committed == expected, "{path} is stale from line {line} on; renew it with: {RENEW}");
}

/// Makes the Rust types of `proto/profile.proto`, without protoc.
fn pb_rs() -> String {
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto");
    let descriptors = protox::compile(["profile.proto"], [proto]).expect("the schema compiles");
    let module = |package: &str| prost_build::Module::from_protobuf_package_name(package);
    let requests = descriptors.file.into_iter().map(|file| (module(file.package()), file)).collect();
    let modules = prost_build::Config::new().generate(requests).expect("prost takes the schema");
    let types = &modules[&module("perftools.profiles")];
    format!("// Made from proto/profile.proto; renew with: {RENEW}\n{types}")
}

#[test]
fn pb_rs_is_what_the_schema_says() {
    check_fresh("src/codec/pb.rs", pb_rs().as_bytes());
}

/// Small profiles that show what large ones show only now and then; `DIFFERENCES.md` uses them.
mod small_profiles {
    use rpprof::codec::{WriteOptions, write};
    use rpprof::profile::{
        Function, Label, Line, Location, LocationId, Mapping, MappingId, Profile, ProfileBuilder, Resolved,
    };

    use super::check_fresh;

    /// Begins a profile with samples of one program.
    fn begin() -> (ProfileBuilder, MappingId) {
        let mut builder = ProfileBuilder::new();
        builder.sample_type("samples", "count");
        let (file, build_id) = (builder.string("/opt/small/small"), builder.string(""));
        let resolved = Resolved { functions: true, filenames: true, line_numbers: true, inline_frames: true };
        let (start_address, limit_address) = (0x1000, 0x2000);
        let mapping = Mapping { start_address, limit_address, file_offset: 0, file, build_id, resolved };
        let mapping = builder.mapping(mapping);
        (builder, mapping)
    }

    /// Adds a location with lines, each of a function, a line and a column; inlined ones first.
    fn location(
        builder: &mut ProfileBuilder,
        mapping: MappingId,
        address: u64,
        lines: &[(&str, i64, i64)],
    ) -> LocationId {
        let filename = builder.string("small.cc");
        let lines: Vec<Line> = (lines.iter())
            .map(|&(name, line, column)| {
                let name = builder.string(name);
                let function = builder.function(Function { name, system_name: name, filename, start_line: 1 });
                Line { function, line, column }
            })
            .collect();
        builder.location(Location { address, mapping: Some(mapping), is_folded: false }, &lines)
    }

    fn check(name: &str, builder: ProfileBuilder) {
        let profile: Profile = builder.build().expect("the tables fit");
        let mut bytes = Vec::new();
        write(&profile, &mut bytes, &WriteOptions::default().with_level(0)).expect("memory can be written to");
        check_fresh(&format!("testdata/small/{name}.pb.gz"), &bytes);
    }

    #[test]
    fn a_label_has_quotes() {
        let (mut builder, mapping) = begin();
        let run = location(&mut builder, mapping, 0x1010, &[("run", 7, 1)]);
        let (key, text) = (builder.string("query"), builder.string("name = \"orders\""));
        let labels = builder.label_set(&[Label::text(key, text)]);
        let stack = builder.stack(&[run]);
        builder.sample(stack, labels, &[3]);
        check("quoted_label", builder);
    }

    #[test]
    fn inlined_lines_differ_by_column() {
        let (mut builder, mapping) = begin();
        let none = builder.label_set(&[]);
        for (column, value) in [(10, 3), (20, 5)] {
            let lines = [("inner", 7, column), ("outer", 20, 4)];
            let place = location(&mut builder, mapping, 0x1010, &lines);
            let stack = builder.stack(&[place]);
            builder.sample(stack, none, &[value]);
        }
        check("inlined_columns", builder);
    }

    #[test]
    fn methods_of_a_trait_are_several() {
        let (mut builder, mapping) = begin();
        let none = builder.label_set(&[]);
        for (address, name, value) in
            [(0x1010, "<store::Tree<K> as Drop>::drop", 5), (0x1020, "<alloc::vec::Vec<T> as Drop>::drop", 3)]
        {
            let place = location(&mut builder, mapping, address, &[(name, 1, 1)]);
            let stack = builder.stack(&[place]);
            builder.sample(stack, none, &[value]);
        }
        check("rust_traits", builder);
    }
}

/// Completion scripts and manual pages: what the program writes of itself.
#[cfg(feature = "cli")]
mod of_the_program {
    use std::collections::BTreeSet;
    use std::path::Path;
    use std::process::Command;
    use std::{env, fs};

    use super::check_fresh;

    /// The shells, each with the file that its script goes to: zsh finds a function by its file's name.
    const SCRIPTS: [(&str, &str); 5] = [
        ("bash", "completions/rpprof.bash"),
        ("zsh", "completions/_rpprof"),
        ("fish", "completions/rpprof.fish"),
        ("elvish", "completions/rpprof.elv"),
        ("powershell", "completions/_rpprof.ps1"),
    ];
    const PAGES: &str = "completions/man";

    /// Runs the program as on a narrow terminal, which must not matter; returns what it prints.
    fn output_of(arguments: &[&str]) -> Vec<u8> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rpprof"));
        let output = command.args(arguments).env("COLUMNS", "40").output().expect("the program starts");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn names_in(folder: &Path) -> BTreeSet<String> {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()));
        entries.map(|entry| entry.expect("the folder can be read").file_name().into_string().expect("UTF-8")).collect()
    }

    #[test]
    fn completions_are_what_the_program_writes() {
        for (shell, path) in SCRIPTS {
            check_fresh(path, &output_of(&["completions", shell]));
        }
    }

    #[test]
    fn manual_pages_are_what_the_program_writes() {
        let written = tempfile::tempdir().expect("there is room for a folder");
        output_of(&["man", "--dir", written.path().to_str().expect("UTF-8")]);
        let pages = names_in(written.path());
        assert!(pages.contains("rpprof.1") && pages.contains("rpprof-top.1"), "{pages:?}");
        for page in &pages {
            let expected = fs::read(written.path().join(page)).expect("the page was just listed");
            check_fresh(&format!("{PAGES}/{page}"), &expected);
        }
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGES);
        assert_eq!(names_in(&committed), pages, "pages of commands that there are no more; remove them");
        let main_page = fs::read(written.path().join("rpprof.1")).expect("the page was just listed");
        assert!(output_of(&["man"]) == main_page, "without --dir, another main page is written");
    }
}

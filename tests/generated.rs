//! Files that are generated and committed: each is made anew and compared with what the tree has.

use std::path::Path;
use std::{env, fs};

/// The command that rewrites the files of this test.
const RENEW: &str = "RPPROF_BLESS=1 cargo test --test generated";

/// Checks that the committed file at `path`, from the root of the tree, has the `expected` bytes; writes them if asked to.
fn check_fresh(path: &str, expected: &[u8]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var_os("RPPROF_BLESS").is_some_and(|value| value == "1") {
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

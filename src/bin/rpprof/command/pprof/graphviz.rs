//! Drawings of graphs, which Graphviz makes.

use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::thread;

use crate::failure::Failure;

/// Draws a graph in DOT as `format`, such as `svg` or `png`; what Graphviz complains of goes to standard error.
pub(super) fn draw(dot: &[u8], format: &str) -> Result<Vec<u8>, Failure> {
    let failed = |what: &str| Failure::new(format!("failed to execute dot. Is Graphviz installed? Error: {what}"));
    let spawned = Command::new("dot")
        .arg(format!("-T{format}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn();
    let mut child = spawned.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => failed("exec: \"dot\": executable file not found in $PATH"),
        _ => failed(&error.to_string()),
    })?;
    let mut input = child.stdin.take().expect("it is piped");
    // Written beside reading: neither side may wait for the other.
    let output = thread::scope(|scope| {
        scope.spawn(move || {
            // Graphviz may end without reading all, and then says why.
            let _ = input.write_all(dot);
        });
        child.wait_with_output()
    })?;
    match output.status.code() {
        Some(0) => Ok(output.stdout),
        Some(code) => Err(failed(&format!("exit status {code}"))),
        None => Err(failed(&output.status.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphviz_draws_if_it_is_there() {
        if Command::new("dot").arg("-V").output().is_err() {
            eprintln!("skipped: there is no program called dot");
            return;
        }
        let svg = draw(b"digraph \"g\" { N1 -> N2 }", "svg").expect("it is a graph");
        assert!(String::from_utf8_lossy(&svg).contains("<g id=\"graph0\""));
        assert!(draw(b"digraph { N1 -> N2 }", "png").expect("it is a graph").starts_with(b"\x89PNG"));
        let failure = draw(b"this is no graph", "svg").expect_err("it is not").bare();
        assert_eq!(failure.to_string(), "failed to execute dot. Is Graphviz installed? Error: exit status 1");
    }
}

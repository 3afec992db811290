//! Counts what a program has, by where it came from: `cargo run --features collector --example custom_profile`.

use std::io::stdout;

use rpprof::collector::{Debug, Profile, ProfileEntry};

/// A connection, which is in the profile as long as it lives.
struct Connection {
    _entry: ProfileEntry,
}

#[inline(never)]
fn connect(connections: &Profile) -> Connection {
    // The stack begins with the caller of this function.
    Connection { _entry: connections.hold(1) }
}

#[inline(never)]
fn accept(connections: &Profile) -> Vec<Connection> {
    (0..3).map(|_| connect(connections)).collect()
}

fn main() -> Result<(), rpprof::Error> {
    let connections = Profile::new("app/connections")?;
    let accepted = accept(&connections);
    let dialled = connect(&connections);
    connections.write_to(stdout(), Debug::Text)?;
    drop((accepted, dialled));
    println!("{} connections are left", connections.count());
    Ok(())
}

//! What a compiler made of a call graph: where its functions lie, in which files and on which lines.

use rpprof::profile::{Function, FunctionId, Line, Location, LocationId, Mapping, MappingId, ProfileBuilder, Resolved};

use super::graph::{CallGraph, LEVELS};
use super::names::{BINARIES, PACKAGES};
use super::random::{Random, mix};

/// First address of the main program; the libraries follow at the same distance.
const FIRST_ADDRESS: u64 = 0x40_0000;
const BINARY_DISTANCE_BYTES: u64 = 1 << 32;
const PAGE_BYTES: u64 = 4096;
/// One function in as many is another one than in the first build.
const REPLACED_ONE_IN: u64 = 12;
/// One function in as many has moved down in its file.
const MOVED_ONE_IN: u64 = 6;

/// A build of the program.
#[derive(Debug)]
pub(super) struct Build {
    functions: Vec<BuiltFunction>,
    /// How long the code in each binary is.
    code_bytes: [u64; BINARIES.len()],
    build_ids: [String; BINARIES.len()],
}

#[derive(Debug)]
struct BuiltFunction {
    package: u8,
    /// Which function of its package it is.
    ordinal: u32,
    revision: u64,
    start_line: i64,
    address: u64,
}

/// Returns the first address of a binary.
fn start_address(binary: usize) -> u64 {
    FIRST_ADDRESS + binary as u64 * BINARY_DISTANCE_BYTES
}

impl Build {
    /// Lays out the functions; all builds have the same ones at number 0, and later ones differ in part.
    pub(super) fn new(graph: &CallGraph, seed: u64, number: u64) -> Self {
        let mut functions = Vec::with_capacity(graph.function_count());
        let mut ordinals = [0; PACKAGES.len()];
        let mut code_bytes = [0; BINARIES.len()];
        for level in 0..LEVELS {
            for function in graph.level(level) {
                let hash = mix(mix(seed) ^ u64::from(function));
                // What differs from build to build; nothing in the first one.
                let change = if number == 0 { 1 } else { mix(hash ^ number) };
                let outer_package = level * (PACKAGES.len() as u64 - 2) / LEVELS;
                let package = (outer_package + hash % 3).min(PACKAGES.len() as u64 - 1) as usize;
                let sites = graph.sites_of(function);
                let code = &mut code_bytes[PACKAGES[package].binary];
                let moved_lines = if change.is_multiple_of(MOVED_ONE_IN) { 7 * number } else { 0 };
                functions.push(BuiltFunction {
                    package: package as u8, // One of 24.
                    ordinal: ordinals[package],
                    revision: if change.is_multiple_of(REPLACED_ONE_IN) { number } else { 0 },
                    start_line: (10 + (hash >> 8) % 1_500 + moved_lines).cast_signed(),
                    address: start_address(PACKAGES[package].binary) + *code,
                });
                ordinals[package] += 1;
                *code += 64 + 16 * u64::from(sites.end - sites.start) + (hash >> 20) % 512 + moved_lines;
            }
        }
        let mut random = Random::new(seed.wrapping_add(number), "build ids");
        let mut build_id = || format!("{:016x}{:016x}{:08x}", random.next(), random.next(), random.below(1 << 32));
        let build_ids = std::array::from_fn(|_| build_id());
        Self { functions, code_bytes, build_ids }
    }
}

/// The rows of a profile for the functions and sites of a build, made when they are first met.
#[derive(Debug)]
pub(super) struct BuildRows<'b> {
    graph: &'b CallGraph,
    build: &'b Build,
    mappings: [MappingId; BINARIES.len()],
    functions: Vec<Option<FunctionId>>,
    locations: Vec<Option<LocationId>>,
}

impl<'b> BuildRows<'b> {
    /// Starts with the mappings, the main program first.
    pub(super) fn new(builder: &mut ProfileBuilder, graph: &'b CallGraph, build: &'b Build) -> Self {
        let resolved = Resolved { functions: true, filenames: true, line_numbers: true, inline_frames: true };
        let mappings = std::array::from_fn(|binary| {
            let file = builder.string(BINARIES[binary]);
            let build_id = builder.string(&build.build_ids[binary]);
            let start_address = start_address(binary);
            let limit_address = start_address + build.code_bytes[binary].next_multiple_of(PAGE_BYTES).max(PAGE_BYTES);
            builder.mapping(Mapping { start_address, limit_address, file_offset: 0, file, build_id, resolved })
        });
        let functions = vec![None; build.functions.len()];
        Self { graph, build, mappings, functions, locations: vec![None; graph.sites().len()] }
    }

    /// Returns the location of a site.
    pub(super) fn location(&mut self, builder: &mut ProfileBuilder, site: u32) -> LocationId {
        if let Some(location) = self.locations[site as usize] {
            return location;
        }
        let shape = self.graph.sites()[site as usize];
        let place = site - self.graph.sites_of(shape.function).start;
        let mut lines = Vec::with_capacity(1 + shape.inlined().len());
        for &inlined in shape.inlined() {
            let offset = mix(u64::from(site) ^ u64::from(inlined) << 32) % 40;
            lines.push(self.line(builder, inlined, 1 + offset.cast_signed()));
        }
        lines.push(self.line(builder, shape.function, 2 + 5 * i64::from(place)));
        let built = &self.build.functions[shape.function as usize];
        let address = built.address + 24 + 16 * u64::from(place);
        let mapping = Some(self.mappings[PACKAGES[usize::from(built.package)].binary]);
        let location = builder.location(Location { address, mapping, is_folded: false }, &lines);
        self.locations[site as usize] = Some(location);
        location
    }

    fn line(&mut self, builder: &mut ProfileBuilder, function: u32, offset: i64) -> Line {
        let line = self.build.functions[function as usize].start_line + offset;
        Line { function: self.function(builder, function), line, column: 0 }
    }

    fn function(&mut self, builder: &mut ProfileBuilder, function: u32) -> FunctionId {
        if let Some(id) = self.functions[function as usize] {
            return id;
        }
        let built = &self.build.functions[function as usize];
        let names = PACKAGES[usize::from(built.package)].function(built.ordinal.into(), built.revision);
        let name = builder.string(&names.name);
        let system_name = builder.string(&names.system_name);
        let filename = builder.string(&names.filename);
        let id = builder.function(Function { name, system_name, filename, start_line: built.start_line });
        self.functions[function as usize] = Some(id);
        id
    }
}
